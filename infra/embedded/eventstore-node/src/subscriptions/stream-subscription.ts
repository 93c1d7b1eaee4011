import { randomUUID } from 'node:crypto'
import type { ServerCall } from '../grpc/call.ts'
import { type Reader, type StreamView, isYoung } from '../storage/reader.ts'
import { metastreamOf } from '../storage/metadata.ts'
import { type Render, renderer } from '../streams/links.ts'
import { FIRST_PAGE, pageAfter, send } from '../streams/paging.ts'
import { MalformedRequestError, streamDeleted } from '../streams/refusals.ts'
import { TOMBSTONE_REVISION, isOfSystemType, recordNames, viewRecord } from '../wire/record.ts'
import { CAUGHT_UP, FELL_BEHIND, confirmation } from '../wire/read-responses.ts'
import type { Place, ReadRequest } from '../wire/read-request.ts'
import type { LiveEvent, Tail } from './tail.ts'

const MAX_UINT64 = 2n ** 64n - 1n
const MAX_INT64 = 2n ** 63n - 1n

/** The revision after which a subscription delivers; undefined: only what is new. */
function startAfter(place: Place | undefined): number | undefined {
  if (place?.kind === 'start') return -1
  if (place?.kind === 'end') return undefined
  if (place?.kind !== 'revision') throw new MalformedRequestError('no place to subscribe from')
  if (place.revision === MAX_UINT64) return undefined
  if (place.revision >= MAX_INT64) throw new MalformedRequestError('revision out of range')
  return Math.min(Number(place.revision), Number.MAX_SAFE_INTEGER)
}

/** An event of this type ends a subscription: the real server looks at nothing else to know a tombstone. */
const TOMBSTONE_TYPE = '$streamDeleted'

/**
 * A catch-up subscription to one stream. Until it has seen all there is it reads pages; then it takes events as
 * they are written. A client that cannot keep up makes it read pages again: nothing is ever buffered for it.
 */
class StreamSubscription {
  readonly #call: ServerCall
  readonly #reader: Reader
  readonly #stream: string
  readonly #render: Render
  readonly #answers: boolean
  #after: number
  /** `waiting`: there is no such stream yet. */
  #mode: 'reading' | 'waiting' | 'live' = 'reading'

  constructor(call: ServerCall, reader: Reader, stream: string, after: number, request: ReadRequest) {
    this.#call = call
    this.#reader = reader
    this.#stream = stream
    this.#after = after
    this.#render = renderer(reader, request.resolveLinks, { structured: request.uuid === 'structured' })
    this.#answers = request.uuid !== undefined
  }

  start(live: boolean): void {
    this.#call.write(confirmation(randomUUID()))
    if (live) this.#goLive()
    else this.#readOn()
  }

  #goLive(): void {
    this.#mode = 'live'
    this.#call.write(CAUGHT_UP)
  }

  #readOn(): void {
    this.#mode = 'reading'
    this.#read().catch((fault: unknown) => this.#call.fail(fault))
  }

  #nextPage(view: StreamView, size: number) {
    return this.#reader.page(view.id, Math.max(this.#after + 1, view.first), size)
  }

  async #read(): Promise<void> {
    let size = FIRST_PAGE
    await this.#call.drained()
    while (!this.#call.closed) {
      const view = this.#reader.view(this.#stream)
      if (view.status === 'deleted') throw streamDeleted(this.#stream)
      const page = view.status === 'present' ? this.#nextPage(view, size) : []
      const last = page.at(-1)
      // No await between an empty page and the change of mode: no event can come in between.
      if (!last) {
        if (view.status === 'present') this.#goLive()
        else this.#mode = 'waiting'
        return
      }
      this.#after = last.revision
      size = pageAfter(page)
      const events = page.filter((event) => isYoung(event, view))
      // The real server delivers nothing to one that does not say how it wants its ids.
      if (events.length > 0 && !this.#answers) return
      const end = events.findIndex(
        ({ record }) => isOfSystemType(record) && recordNames(record).type === TOMBSTONE_TYPE,
      )
      const delivered = end < 0 ? events : events.slice(0, end + 1)
      await send(
        this.#call,
        delivered.map((event) => this.#render(event)),
      )
      if (end >= 0) throw streamDeleted(this.#stream)
    }
  }

  /** What is written to the stream or its metastream may bring the stream into being, or back. */
  lookAgain(): void {
    if (this.#mode === 'waiting') this.#readOn()
  }

  onEvent(event: LiveEvent): void {
    this.lookAgain()
    if (this.#mode === 'reading' || !this.#answers) return
    const { revision } = viewRecord(event.record)
    if (revision <= this.#after) return
    if (!this.#call.writable) {
      this.#call.write(FELL_BEHIND)
      this.#readOn()
      return
    }
    this.#after = revision
    this.#call.write(this.#render(event, 'live'))
    if (event.names.type === TOMBSTONE_TYPE) this.#call.fail(streamDeleted(this.#stream))
  }
}

export function subscribeToStream(call: ServerCall, reader: Reader, tail: Tail, request: ReadRequest): void {
  const stream = request.stream
  if (!stream) throw new MalformedRequestError('no stream')
  const after = startAfter(request.place)
  const view = reader.view(stream)
  if (after !== undefined && view.status === 'deleted') throw streamDeleted(stream)
  const seen = view.status === 'deleted' ? TOMBSTONE_REVISION : view.last
  const subscription = new StreamSubscription(call, reader, stream, after ?? seen, request)
  const onEvent = (event: LiveEvent) => {
    try {
      subscription.onEvent(event)
    } catch (fault) {
      call.fail(fault)
    }
  }
  call.onClose(tail.followStream(stream, onEvent))
  call.onClose(tail.followStream(metastreamOf(stream), () => subscription.lookAgain()))
  subscription.start(after === undefined)
}
