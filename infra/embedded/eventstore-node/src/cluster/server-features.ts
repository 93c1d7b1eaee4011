import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { ProtoWriter } from '../wire/protobuf.ts'

/** The version whose answers this node gives. */
const SERVER_VERSION = '23.10.6'

/** The same as a file version, which HTTP shows. */
export const FILE_VERSION = `${SERVER_VERSION}.0`

/** The real server names this service to everybody, but serves it on a Unix socket only; here as there it is UNIMPLEMENTED. */
const NAMED_ONLY = ['GetEventPositions', 'SwitchChunks'].map(
  (name) => `/event_store.client.redaction.Redaction/${name}`,
)

/** What clients look up before they use it; a method not named here has no features. */
const FEATURES: Record<string, readonly string[]> = {
  'event_store.client.streams.streams/batchappend': ['deadline_duration'],
  'event_store.client.streams.streams/read': ['position', 'events'],
}
const PERSISTENT_SERVICE = 'event_store.client.persistent_subscriptions.persistentsubscriptions'

const featuresOf = (service: string, method: string): readonly string[] =>
  service === PERSISTENT_SERVICE ? ['stream', 'all'] : (FEATURES[`${service}/${method}`] ?? [])

/** ServerFeatures/GetSupportedMethods over the paths that the node serves. */
export function serverFeatures(paths: () => Iterable<string>): [path: string, handler: Handler][] {
  const handler = async (call: ServerCall) => {
    await call.single()
    const response = new ProtoWriter()
    for (const path of [...paths(), ...NAMED_ONLY]) {
      const [, service, method] = path.toLowerCase().split('/') as [string, string, string]
      response.message(1, (target) => {
        target.string(1, method).string(2, service)
        for (const feature of featuresOf(service, method)) target.string(3, feature)
      })
    }
    call.end(response.string(2, SERVER_VERSION).finish())
  }
  return [['/event_store.client.server_features.ServerFeatures/GetSupportedMethods', handler]]
}
