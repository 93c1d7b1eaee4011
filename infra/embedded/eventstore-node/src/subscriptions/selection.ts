import type { StoredEvent } from '../storage/reader.ts'
import { type Matches, compileFilter, looksAtNothing, matchesRecord, shownInAll } from '../streams/filter.ts'
import type { Render } from '../streams/links.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { checkpoint } from '../wire/read-responses.ts'
import type { FilterRequest } from '../wire/read-request.ts'
import type { LiveEvent } from './tail.ts'

/** Events that the real server looks at in one page when the client names no window, and finds at most. */
const PAGE = 32

/**
 * Picks the events of a filter and says from time to time how far it has looked, just where the real server does: when
 * catching up only at the end of one of its pages, which are over after so many events looked at or found; live at
 * every so-many-th event.
 */
export class Selection {
  readonly #matches: Matches
  readonly #window: number
  readonly #interval: number
  /** Events since the last checkpoint, those of the open page excepted. */
  #sinceCheckpoint = 0
  #looked = 0
  #found = 0
  /** Where the newest event found in the open page stands; without one, where the page begins. */
  #place: readonly [commit: number, prepare: number] = [0, 0]
  /** True: the real server never gets on from where it is. */
  readonly stalls: boolean

  constructor(filter: FilterRequest) {
    this.#matches = compileFilter(filter)
    const { window = PAGE, multiplier } = filter
    if (multiplier === 0) throw new MalformedRequestError('a checkpoint interval of 0')
    this.#window = window
    this.#interval = Math.imul(window, multiplier) >>> 0
    this.stalls = looksAtNothing(filter)
  }

  /** A page begins behind a position. */
  beginAt(position: number): void {
    this.#looked = 0
    this.#found = 0
    this.#place = [position, 0]
  }

  #matchesEvent(event: StoredEvent): boolean {
    if (!shownInAll(event.record)) return false
    const names = (event as Partial<LiveEvent>).names
    return names ? this.#matches(names) : matchesRecord(this.#matches, event.record)
  }

  catchUp(events: readonly StoredEvent[], render: Render): Uint8Array[] {
    const messages: Uint8Array[] = []
    for (const event of events) {
      this.#looked++
      if (this.#matchesEvent(event)) {
        this.#found++
        this.#place = [event.position, event.position]
        messages.push(render(event))
      }
      if (this.#looked >= this.#window || this.#found >= PAGE) messages.push(...this.#endPage(event))
    }
    return messages
  }

  #endPage(last: StoredEvent): Uint8Array[] {
    this.#sinceCheckpoint += this.#looked
    const due = this.#sinceCheckpoint >= this.#interval
    const [commit, prepare] = this.#place
    if (due) this.#sinceCheckpoint %= this.#interval
    this.beginAt(last.position + last.record.length)
    return due ? [checkpoint(commit, prepare)] : []
  }

  /** What is left of the open page counts, but gets no checkpoint. */
  goLive(): void {
    this.#sinceCheckpoint += this.#looked
    this.#looked = 0
  }

  live(events: readonly StoredEvent[], render: Render): Uint8Array[] {
    const messages: Uint8Array[] = []
    for (const event of events) {
      if (this.#matchesEvent(event)) messages.push(render(event, 'live'))
      if (++this.#sinceCheckpoint < this.#interval) continue
      this.#sinceCheckpoint = 0
      messages.push(checkpoint(event.position))
    }
    return messages
  }
}
