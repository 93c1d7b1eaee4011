import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import type { ProjectionActivation } from '../projections/activation.ts'
import type { Reader } from '../storage/reader.ts'
import type { Writer } from '../storage/writer.ts'
import { subscribeToAll } from '../subscriptions/all-subscription.ts'
import { subscribeToStream } from '../subscriptions/stream-subscription.ts'
import type { Tail } from '../subscriptions/tail.ts'
import { type ReadRequest, parseReadRequest } from '../wire/read-request.ts'
import { append } from './append.ts'
import { batchAppend } from './batch-append.ts'
import { readAll } from './read-all.ts'
import { readStream } from './read-stream.ts'
import { MalformedRequestError, invalidArgument } from './refusals.ts'
import { remove } from './remove.ts'

export interface StreamsDeps {
  reader: Reader
  writer: Writer
  tail: Tail
  policy: Policy
  projections: ProjectionActivation
}

/** The combinations of options that exist; anything else is refused before a look at the values. */
function checkCombination(request: ReadRequest): void {
  const { source, count, subscription, direction, filter, noFilter } = request
  const selects = noFilter || filter !== undefined
  const reads = count !== undefined && !subscription && (direction === 0 || direction === 1)
  const subscribes = subscription && count === undefined && direction === 0
  const filtersStream = source === 'stream' && filter !== undefined
  if (!source || !selects || filtersStream || !(reads || subscribes)) {
    throw invalidArgument('This combination of read options does not exist.')
  }
}

const read = (deps: StreamsDeps) => async (call: ServerCall) => {
  const request = parseReadRequest(await call.single())
  if (!request) throw new MalformedRequestError('no options')
  checkCombination(request)
  const { reader, tail, policy, projections } = deps
  const stream = request.source === 'all' ? '$all' : (request.stream ?? '')
  policy.stream(call, stream, 'read')
  if (stream.startsWith('$')) await projections.ready(stream)
  if (request.subscription) {
    if (request.source === 'all') subscribeToAll(call, reader, tail, request)
    else subscribeToStream(call, reader, tail, request)
  } else if (request.source === 'all') await readAll(call, reader, request)
  else await readStream(call, reader, request)
}

const SERVICE = '/event_store.client.streams.Streams'

/** The service event_store.client.streams.Streams. */
export function streamsService(deps: StreamsDeps): [path: string, handler: Handler][] {
  const { writer, policy } = deps
  return [
    [`${SERVICE}/Read`, read(deps)],
    [`${SERVICE}/Append`, append(writer, policy)],
    [`${SERVICE}/BatchAppend`, batchAppend(writer, policy)],
    [`${SERVICE}/Delete`, remove('delete', writer, policy)],
    [`${SERVICE}/Tombstone`, remove('tombstone', writer, policy)],
  ]
}
