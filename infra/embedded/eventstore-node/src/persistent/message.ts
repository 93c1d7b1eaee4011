import type { StoredEvent } from '../storage/reader.ts'
import { viewRecord } from '../wire/record.ts'

/** An event on its way to a consumer. */
export interface Message {
  event: StoredEvent
  /** What a link led to; undefined in an event that is no followed link. */
  link: { target: StoredEvent | undefined } | undefined
  /** The id consumers acknowledge: that of the link, where there is one. */
  id: string
  /** Place in the source: a revision, or for $all a position; undefined for a replayed one. */
  marker: number | undefined
  retryCount: number
  /** Its number among all events handed out, from the first time that it is. */
  sequence?: number
  /** The marker of the one handed out before it; undefined in the first. */
  before?: number | undefined
}

/** The event a strategy and a parked link are about. */
export const subject = (message: Message): StoredEvent => message.link?.target ?? message.event

/** Its number in the stream it was found in; of a followed link, that of the link. */
export const revisionOf = (message: Message): number => viewRecord(message.event.record).revision
