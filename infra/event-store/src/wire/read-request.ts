import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'

const { Options } = streams.ReadReq
type Options = InstanceType<typeof Options>

export type Direction = 'forwards' | 'backwards'
/** Where in `$all`: its start or end, or a commit position. */
export type Place = 'start' | 'end' | { readonly position: string }
export type Filter =
  | { readonly streamPrefixes: readonly string[] }
  | { readonly eventTypes: readonly string[] }
  | 'no-system-events'

const nothing = new shared.Empty()

/** ReadReq for events of a stream; `from` is a revision. */
export function readStreamRequest(
  streamId: string,
  { from, direction, count }: { from: number | 'start' | 'end'; direction: Direction; count: number },
): Buffer {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(streamId).toString('base64'))
  const stream = new Options.StreamOptions().setStreamIdentifier(identifier)
  if (from === 'start') stream.setStart(nothing)
  else if (from === 'end') stream.setEnd(nothing)
  else stream.setRevision(String(from))
  return encode(counted(new Options().setStream(stream).setNoFilter(nothing), direction, count))
}

/** ReadReq for events of `$all` that pass the filter: the server counts no others. */
export function readAllRequest(options: { from: Place; direction: Direction; count: number; filter: Filter }): Buffer {
  return encode(counted(ofAll(options.from, options.filter), options.direction, options.count))
}

/** ReadReq for a subscription to `$all`, from after a place. */
export function subscribeAllRequest(options: { from: Place; filter: Filter }): Buffer {
  return encode(ofAll(options.from, options.filter).setSubscription(new Options.SubscriptionOptions()))
}

function ofAll(from: Place, filter: Filter): Options {
  const all = new Options.AllOptions()
  if (from === 'start') all.setStart(nothing)
  else if (from === 'end') all.setEnd(nothing)
  else {
    const position = new Options.Position()
    all.setPosition(position.setCommitPosition(from.position).setPreparePosition(from.position))
  }
  return new Options().setAll(all).setFilter(filterOptions(filter))
}

function filterOptions(filter: Filter) {
  const expression = new Options.FilterOptions.Expression()
  const options = new Options.FilterOptions().setCount(nothing).setCheckpointintervalmultiplier(1)
  if (filter === 'no-system-events') return options.setEventType(expression.setRegex('^[^$].*'))
  if ('eventTypes' in filter) return options.setEventType(expression.setPrefixList([...filter.eventTypes]))
  return options.setStreamIdentifier(expression.setPrefixList([...filter.streamPrefixes]))
}

function counted(options: Options, direction: Direction, count: number): Options {
  return options.setReadDirection(direction === 'forwards' ? 0 : 1).setCount(String(count))
}

function encode(options: Options): Buffer {
  const ids = new Options.UUIDOption()
  ids.setString(nothing)
  return Buffer.from(new streams.ReadReq().setOptions(options.setUuidOption(ids)).serializeBinary())
}
