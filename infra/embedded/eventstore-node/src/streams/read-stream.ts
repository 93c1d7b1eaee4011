import type { ServerCall } from '../grpc/call.ts'
import { frameMessages } from '../grpc/frames.ts'
import { type Reader, type StreamEvent, type StreamView, isYoung } from '../storage/reader.ts'
import { firstStreamPosition, lastStreamPosition, streamNotFound } from '../wire/read-responses.ts'
import type { Place, ReadRequest } from '../wire/read-request.ts'
import { renderer } from './links.ts'
import { FIRST_PAGE, pageAfter, send } from './paging.ts'
import { MalformedRequestError, streamDeleted } from './refusals.ts'

const MAX_UINT64 = 2n ** 64n - 1n
const MAX_INT64 = 2n ** 63n - 1n
/** Events that the real server reads at once. */
const PAGE = 32

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

const viewOf = (reader: Reader, stream: string): StreamView => {
  const view = reader.view(stream)
  if (view.status === 'deleted') throw streamDeleted(stream)
  return view
}

/**
 * Where the stream goes on, said for every page of the real server that holds no event before the first that does:
 * one below the cut, one of nothing but events that are too old, one behind the end.
 */
function pagesWithout(view: StreamView, from: number, size: number, found: StreamEvent | undefined): number[] {
  const belowTheCut = from + size - 1 < view.first
  const at = belowTheCut ? view.first : from
  const next = found ? found.revision : view.last + 1
  const empty = found ? at + size - 1 < next : at !== next
  return [...(belowTheCut ? [view.first] : []), ...(empty ? [next] : [])]
}

/** What a reader that asks for it is told beside the events. */
class Margins {
  readonly #wanted: boolean
  readonly #from: number
  readonly #size: number
  #begun = false

  constructor(request: ReadRequest, from: number, count: number) {
    this.#wanted = request.compatibility >= 1
    this.#from = from
    this.#size = Math.min(PAGE, count)
    this.#begun = request.direction === 1
  }

  before(view: StreamView, found: StreamEvent | undefined): Uint8Array[] {
    if (!this.#wanted || this.#begun) return []
    this.#begun = true
    return pagesWithout(view, this.#from, this.#size, found).map(firstStreamPosition)
  }

  after(view: StreamView): Uint8Array[] {
    return this.#wanted ? [lastStreamPosition(view.last)] : []
  }
}

export async function readStream(call: ServerCall, reader: Reader, request: ReadRequest): Promise<void> {
  const stream = request.stream
  if (!stream) throw new MalformedRequestError('no stream')
  const backwards = request.direction === 1
  let at = firstRevision(request.place, backwards)
  if (!request.count) throw new MalformedRequestError('nothing to read')
  let left = Number(request.count)
  const render = renderer(reader, request.resolveLinks, { structured: request.uuid === 'structured' })
  const margins = new Margins(request, at, left)
  let size = FIRST_PAGE

  let view = viewOf(reader, stream)
  if (view.status === 'missing') {
    call.end(streamNotFound(stream))
    return
  }
  while (!call.closed) {
    const wanted = Math.min(left, size)
    const page = reader.readPage(view, at, wanted, backwards)
    const seen = view
    const found = page.filter((event) => isYoung(event, seen))
    // The real server never answers one that does not say how it wants its ids.
    if (found.length > 0 && !request.uuid) return
    const messages: Uint8Array[] = found.map((event) => render(event))
    left -= found.length
    const last = page.at(-1)
    const done = !last || page.length < wanted || left <= 0
    if (found.length > 0 || done) messages.unshift(...margins.before(view, found[0]))
    if (done) {
      messages.push(...margins.after(view))
      if (messages.length > 0) call.writeFramed(frameMessages(messages))
      call.end()
      return
    }
    at = last.revision + (backwards ? -1 : 1)
    size = pageAfter(page)
    await send(call, messages)
    view = viewOf(reader, stream)
  }
}
