import type { Message } from './message.ts'
import type { GroupSettings } from './settings.ts'

/** Counts the events that were handed out or passed by a filter, and decides when a checkpoint is due. */
export class Advance {
  readonly #settings: GroupSettings
  #next = 0
  #known = -1
  #knownMarker: number | undefined
  #written = -1
  #writtenAt = Number.NEGATIVE_INFINITY

  constructor(settings: GroupSettings, checkpoint: number | undefined) {
    this.#settings = settings
    if (checkpoint === undefined) return
    this.#next = 1
    this.#known = 0
    this.#knownMarker = checkpoint
    this.#written = 0
  }

  /** Gives a new event its number; retried ones have theirs, replayed ones get none. */
  handOut(message: Message): Message {
    if (message.marker === undefined || message.sequence !== undefined) return message
    const numbered = { ...message, sequence: this.#next++, before: this.#knownMarker }
    this.#known = numbered.sequence
    this.#knownMarker = message.marker
    return numbered
  }

  passOver(marker: number, count: number): void {
    this.#knownMarker = marker
    this.#next += count
    this.#known = this.#next - 1
  }

  /** As the real server: at every `maxCheckpointCount`, or when time has come at `minCheckpointCount`. */
  #isDue(sequence: number, atTick: boolean, now: number): boolean {
    const { checkpointAfterMs, minCheckpointCount, maxCheckpointCount } = this.#settings
    const difference = sequence - this.#written
    if (difference >= maxCheckpointCount) return true
    const timely = checkpointAfterMs !== 0 && now - this.#writtenAt >= checkpointAfterMs
    return atTick && timely && difference >= minCheckpointCount
  }

  /** The marker to write down now, if any; `lowest` finds the first event that a consumer still owes an answer for. */
  due(lowest: () => Message | undefined, atTick: boolean, now: number): number | undefined {
    if (!this.#isDue(this.#known, atTick, now)) return undefined
    const open = lowest()
    const sequence = open ? open.sequence! - 1 : this.#known
    const marker = open ? open.before : this.#knownMarker
    if (marker === undefined || sequence === -1 || !this.#isDue(sequence, atTick, now)) return undefined
    this.#written = sequence
    this.#writtenAt = now
    return marker
  }
}
