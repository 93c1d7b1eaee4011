import { randomUUID } from 'node:crypto'
import type { ServerCall } from '../grpc/call.ts'
import { frameMessages } from '../grpc/frames.ts'
import type { Reader, StoredEvent } from '../storage/reader.ts'
import { type Matches, compileFilter, matchesRecord } from '../streams/filter.ts'
import { type Render, renderer } from '../streams/links.ts'
import { PageSize, send } from '../streams/paging.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { positionOf } from '../streams/read.ts'
import { CAUGHT_UP, FELL_BEHIND, checkpoint, confirmation } from '../wire/read-responses.ts'
import type { ReadRequest } from '../wire/read-request.ts'
import type { LiveBatch, LiveEvent, Tail } from './tail.ts'

/** Events looked at between two checkpoints when the client names no window. */
const DEFAULT_WINDOW = 32

/** Picks the events of a filter and says from time to time how far it has looked. */
class Selection {
  readonly #matches: Matches
  readonly #interval: number
  #looked = 0

  constructor(matches: Matches, interval: number) {
    this.#matches = matches
    this.#interval = interval
  }

  messages(events: readonly StoredEvent[], render: Render): Uint8Array[] {
    const messages: Uint8Array[] = []
    for (const event of events) {
      const names = (event as Partial<LiveEvent>).names
      const matched = names ? this.#matches(names) : matchesRecord(this.#matches, event.record)
      if (matched) messages.push(render(event))
      if (++this.#looked < this.#interval) continue
      this.#looked = 0
      messages.push(checkpoint(event.position))
    }
    return messages
  }
}

/** A catch-up subscription to $all; see the one to a stream for how it keeps up. */
class AllSubscription {
  readonly #call: ServerCall
  readonly #reader: Reader
  readonly #render: Render
  readonly #selection: Selection | undefined
  /** Without filter, links and structured uuids the stored bytes are what is sent. */
  readonly #asStored: boolean
  #after: number
  #live = false

  constructor(call: ServerCall, reader: Reader, request: ReadRequest, selection: Selection | undefined) {
    this.#call = call
    this.#reader = reader
    this.#selection = selection
    const structured = request.uuid === 'structured'
    this.#render = renderer(reader, request.resolveLinks, { structured })
    this.#asStored = !selection && !request.resolveLinks && !structured
    const at = positionOf(request.place)
    this.#after = request.place?.kind === 'end' ? reader.newest() : at
  }

  start(): void {
    this.#call.write(confirmation(randomUUID()))
    this.#readOn()
  }

  #readOn(): void {
    this.#live = false
    this.#read().catch((fault: unknown) => this.#call.fail(fault))
  }

  #messages(events: readonly StoredEvent[]): Uint8Array[] {
    return this.#selection ? this.#selection.messages(events, this.#render) : events.map(this.#render)
  }

  async #read(): Promise<void> {
    const size = new PageSize()
    await this.#call.drained()
    while (!this.#call.closed) {
      const page = this.#reader.allForwards(this.#after + 1, size.events)
      const last = page.at(-1)
      // No await between an empty page and going live: no event can come in between.
      if (!last) {
        this.#live = true
        this.#call.write(CAUGHT_UP)
        return
      }
      this.#after = last.position
      size.adapt(page)
      await send(this.#call, this.#messages(page))
    }
  }

  onBatch(batch: LiveBatch): void {
    const last = batch.events.at(-1)!
    if (!this.#live || last.position <= this.#after) return
    if (!this.#call.writable) {
      this.#call.write(FELL_BEHIND)
      this.#readOn()
      return
    }
    const after = this.#after
    this.#after = last.position
    if (this.#asStored && batch.events[0]!.position > after) {
      this.#call.writeFramed(batch.frames)
      return
    }
    const messages = this.#messages(batch.events.filter((event) => event.position > after))
    if (messages.length > 0) this.#call.writeFramed(frameMessages(messages))
  }
}

function selectionOf(request: ReadRequest): Selection | undefined {
  if (!request.filter) return undefined
  const matches = compileFilter(request.filter)
  const { window = DEFAULT_WINDOW, multiplier } = request.filter
  if (multiplier === 0) throw new MalformedRequestError('a checkpoint interval of 0')
  return new Selection(matches, window * multiplier)
}

export function subscribeToAll(call: ServerCall, reader: Reader, tail: Tail, request: ReadRequest): void {
  const subscription = new AllSubscription(call, reader, request, selectionOf(request))
  const onBatch = (batch: LiveBatch) => {
    try {
      subscription.onBatch(batch)
    } catch (fault) {
      call.fail(fault)
    }
  }
  call.onClose(tail.followAll(onBatch))
  subscription.start()
}
