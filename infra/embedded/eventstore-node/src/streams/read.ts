import type { ServerCall } from '../grpc/call.ts'
import { frameMessages } from '../grpc/frames.ts'
import { type Reader, type StreamView, isYoung } from '../storage/reader.ts'
import { lastStreamPosition, streamNotFound } from '../wire/read-responses.ts'
import type { Place, ReadRequest } from '../wire/read-request.ts'
import { compileFilter, matchesRecord } from './filter.ts'
import { renderer } from './links.ts'
import { PageSize, send } from './paging.ts'
import { MalformedRequestError, streamDeleted } from './refusals.ts'

const MAX_UINT64 = 2n ** 64n - 1n
const MAX_INT64 = 2n ** 63n - 1n

/** Where a read of a stream begins; the real server fails where there is nothing to begin at. */
function firstRevision(place: Place | undefined, backwards: boolean): number {
  if (place?.kind === 'start') return 0
  const atEnd = place?.kind === 'end' || (place?.kind === 'revision' && place.revision === MAX_UINT64)
  if (atEnd && backwards) return Number.MAX_SAFE_INTEGER
  if (place?.kind === 'revision' && place.revision <= MAX_INT64) {
    return Math.min(Number(place.revision), Number.MAX_SAFE_INTEGER)
  }
  throw new MalformedRequestError('a stream cannot be read from there')
}

function countOf(request: ReadRequest): number {
  if (!request.count) throw new MalformedRequestError('nothing to read')
  return Number(request.count)
}

const viewOf = (reader: Reader, stream: string): StreamView => {
  const view = reader.view(stream)
  if (view.status === 'deleted') throw streamDeleted(stream)
  return view
}

export async function readStream(call: ServerCall, reader: Reader, request: ReadRequest): Promise<void> {
  const stream = request.stream
  if (!stream) throw new MalformedRequestError('no stream')
  const backwards = request.direction === 1
  let at = firstRevision(request.place, backwards)
  let left = countOf(request)
  const render = renderer(reader, request.resolveLinks, { structured: request.uuid === 'structured' })
  const size = new PageSize()

  let view = viewOf(reader, stream)
  if (view.status === 'missing') {
    call.end(streamNotFound(stream))
    return
  }
  while (!call.closed) {
    const wanted = Math.min(left, size.events)
    const page = reader.readPage(view, at, wanted, backwards)
    const seen = view
    const messages = page.filter((event) => isYoung(event, seen)).map(render)
    left -= messages.length
    const newest = page.at(-1)
    if (!newest || page.length < wanted || left <= 0) {
      if (request.compatibility >= 1) messages.push(lastStreamPosition(view.last))
      if (messages.length > 0) call.writeFramed(frameMessages(messages))
      call.end()
      return
    }
    at = newest.revision + (backwards ? -1 : 1)
    size.adapt(page)
    await send(call, messages)
    view = viewOf(reader, stream)
  }
}

/** A position of $all as a number; the end is far beyond any event. */
export function positionOf(place: Place | undefined): number {
  if (place?.kind === 'start') return 0
  if (place?.kind === 'end') return Number.MAX_SAFE_INTEGER
  if (place?.kind !== 'position' || place.commit < place.prepare) throw new MalformedRequestError('no position')
  return Math.min(Number(place.commit), Number.MAX_SAFE_INTEGER)
}

export async function readAll(call: ServerCall, reader: Reader, request: ReadRequest): Promise<void> {
  const backwards = request.direction === 1
  let at = positionOf(request.place)
  let left = countOf(request)
  const matches = request.filter && compileFilter(request.filter)
  const render = renderer(reader, request.resolveLinks, { structured: request.uuid === 'structured' })
  const size = new PageSize()
  if (!reader.canBeginAt(at)) throw new MalformedRequestError('no event begins at that position')

  while (!call.closed) {
    const wanted = matches ? size.events : Math.min(left, size.events)
    const page = backwards ? reader.allBackwards(at, wanted) : reader.allForwards(at, wanted)
    const found = matches ? page.filter((event) => matchesRecord(matches, event.record)).slice(0, left) : page
    const messages = found.map(render)
    left -= messages.length
    const last = page.at(-1)
    if (!last || page.length < wanted || left <= 0) {
      if (messages.length > 0) call.writeFramed(frameMessages(messages))
      call.end()
      return
    }
    at = backwards ? last.position : last.position + 1
    size.adapt(page)
    await send(call, messages)
  }
}
