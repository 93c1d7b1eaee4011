import { randomUUID } from 'node:crypto'
import type { ServerCall } from '../grpc/call.ts'
import { frameMessages } from '../grpc/frames.ts'
import type { Reader, StoredEvent } from '../storage/reader.ts'
import { shownInAll } from '../streams/filter.ts'
import { type Moment, type Render, renderer } from '../streams/links.ts'
import { FIRST_PAGE, pageAfter, send } from '../streams/paging.ts'
import { END_OF_ALL, positionOf } from '../streams/read-all.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { CAUGHT_UP, FELL_BEHIND, confirmation } from '../wire/read-responses.ts'
import type { Place, ReadRequest } from '../wire/read-request.ts'
import { Selection } from './selection.ts'
import type { LiveBatch, Tail } from './tail.ts'

/** The position after which a subscription delivers; undefined: only what is new. */
function startAfter(reader: Reader, place: Place | undefined): number | undefined {
  const at = positionOf(place)
  if (at === END_OF_ALL) return undefined
  if (!reader.canBeginAt(at)) throw new MalformedRequestError('no event begins at that position')
  // The event at (commit, commit) comes after (commit, a smaller prepare), which checkpoints without an event name.
  const after = place?.kind === 'position' && place.prepare < place.commit ? at - 1 : at
  // Who begins behind the end gets what is new, whatever its position.
  return Math.min(after, reader.newest())
}

/** A catch-up subscription to $all; see the one to a stream for how it keeps up. */
class AllSubscription {
  readonly #call: ServerCall
  readonly #reader: Reader
  readonly #render: Render
  readonly #selection: Selection | undefined
  /** Without filter, links and structured uuids the stored bytes are what is sent. */
  readonly #asStored: boolean
  readonly #answers: boolean
  #after = 0
  #live = false

  constructor(call: ServerCall, reader: Reader, request: ReadRequest) {
    this.#call = call
    this.#reader = reader
    this.#selection = request.filter && new Selection(request.filter)
    const structured = request.uuid === 'structured'
    this.#render = renderer(reader, request.resolveLinks, { structured })
    this.#asStored = !this.#selection && !request.resolveLinks && !structured
    this.#answers = request.uuid !== undefined
  }

  start(after: number | undefined): void {
    this.#after = after ?? this.#reader.newest()
    this.#call.write(confirmation(randomUUID()))
    if (after === undefined) this.#goLive()
    else if (!this.#selection?.stalls) this.#readOn()
  }

  #goLive(): void {
    this.#selection?.goLive()
    this.#live = true
    this.#call.write(CAUGHT_UP)
  }

  #readOn(): void {
    this.#live = false
    this.#read().catch((fault: unknown) => this.#call.fail(fault))
  }

  /** The position behind the newest event that was looked at. */
  #behind(): number {
    const [event] = this.#after === 0 ? [] : this.#reader.allForwards(this.#after, 1)
    return event ? event.position + event.record.length : this.#after
  }

  #plain(events: readonly StoredEvent[], moment: Moment): Uint8Array[] {
    return events.filter((event) => shownInAll(event.record)).map((event) => this.#render(event, moment))
  }

  async #read(): Promise<void> {
    let size = FIRST_PAGE
    await this.#call.drained()
    this.#selection?.beginAt(this.#behind())
    while (!this.#call.closed) {
      const page = this.#reader.allForwards(this.#after + 1, size)
      const last = page.at(-1)
      // No await between an empty page and going live: no event can come in between.
      if (!last) {
        this.#goLive()
        return
      }
      this.#after = last.position
      size = pageAfter(page)
      const messages = this.#selection?.catchUp(page, this.#render) ?? this.#plain(page, 'read')
      // The real server delivers nothing to one that does not say how it wants its ids.
      if (messages.length > 0 && !this.#answers) return
      await send(this.#call, messages)
    }
  }

  onBatch(batch: LiveBatch): void {
    const last = batch.events.at(-1)!
    if (!this.#live || !this.#answers || last.position <= this.#after) return
    if (!this.#call.writable) {
      this.#call.write(FELL_BEHIND)
      this.#readOn()
      return
    }
    const after = this.#after
    this.#after = last.position
    if (this.#asStored && batch.events[0]!.position > after) {
      if (batch.frames.length > 0) this.#call.writeFramed(batch.frames)
      return
    }
    const fresh = batch.events.filter((event) => event.position > after)
    const messages = this.#selection?.live(fresh, this.#render) ?? this.#plain(fresh, 'live')
    if (messages.length > 0) this.#call.writeFramed(frameMessages(messages))
  }
}

export function subscribeToAll(call: ServerCall, reader: Reader, tail: Tail, request: ReadRequest): void {
  const subscription = new AllSubscription(call, reader, request)
  const after = startAfter(reader, request.place)
  const onBatch = (batch: LiveBatch) => {
    try {
      subscription.onBatch(batch)
    } catch (fault) {
      call.fail(fault)
    }
  }
  call.onClose(tail.followAll(onBatch))
  subscription.start(after)
}
