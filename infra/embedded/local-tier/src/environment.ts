import type { ComponentName } from './component.ts'
import type { Secrets } from './instance.ts'
import type { Ports } from './ports.ts'

export type TierSettings = {
  dataDir: string
  /** The folder of the clone that the services run from. */
  root: string
  /** The address that the gateway listens on; everything else listens on loopback alone. */
  host: string
  secrets: Secrets
  instanceId: string
  ports: Ports
  /** Keeps compiled (and type-stripped) code between starts. */
  compileCache: string
}

/** What the engines turned out to be reachable at; absent until they run. */
export type EngineUrls = Partial<Record<'eventstore' | 'nats' | 'postgres', string>>

/** What opens the doors of model providers: for the orchestrator's eyes alone. */
const modelCredentials = new Set(['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'MOSAIC_MASTER_KEY'])

/** A service's environment: the person's own, what all services share, and its port. */
export function serviceEnvironment(
  name: ComponentName,
  { dataDir, host, instanceId, secrets, ports, compileCache }: TierSettings,
  engines: EngineUrls,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const own = Object.entries(inherited).filter(
    ([variable]) =>
      // An outer tier's addresses must not leak into this one.
      (name === 'orchestrator' || !modelCredentials.has(variable)) && !/^MOSAIC_\w+_URL$/.test(variable),
  )
  return {
    ...Object.fromEntries(own),
    MOSAIC_DATA_DIR: dataDir,
    MOSAIC_INSTANCE_ID: instanceId,
    MOSAIC_HOST: name === 'gateway' ? host : loopback,
    MOSAIC_SERVICE_TOKEN: secrets.serviceToken,
    MOSAIC_PORT: String(ports[name]),
    MOSAIC_EVENTSTORE_URL: engines.eventstore,
    // The node itself takes it from here: arguments can be read by everybody.
    MOSAIC_EVENTSTORE_ADMIN_PASSWORD: name === 'eventstore' ? secrets.eventStorePassword : undefined,
    MOSAIC_NATS_URL: engines.nats,
    MOSAIC_POSTGRES_URL: engines.postgres,
    MOSAIC_SCRIPTED_MODEL_URL: httpUrl(ports['scripted-model']),
    MOSAIC_RELAY_URL: httpUrl(ports.relay),
    MOSAIC_PROJECTOR_URL: httpUrl(ports.projector),
    MOSAIC_COORDINATOR_URL: httpUrl(ports.coordinator),
    MOSAIC_ORCHESTRATOR_URL: httpUrl(ports.orchestrator),
    MOSAIC_GATEWAY_URL: httpUrl(ports.gateway),
    // ./mosaic names one for the whole clone, so that a new data folder starts as fast as an old one.
    NODE_COMPILE_CACHE: inherited['NODE_COMPILE_CACHE'] ?? compileCache,
    NODE_ENV: inherited['NODE_ENV'] ?? 'production',
    // Several services under one name could not be told apart.
    ...(inherited['OTEL_SERVICE_NAME'] && { OTEL_SERVICE_NAME: `${inherited['OTEL_SERVICE_NAME']}-${name}` }),
  }
}

export const loopback = '127.0.0.1'

/** Services are asked on loopback, whatever else the gateway listens on. */
export const httpUrl = (port: number): string => `http://${loopback}:${port}`
