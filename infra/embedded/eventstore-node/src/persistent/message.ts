import type { StoredEvent } from '../storage/reader.ts'

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
}

/** The event a strategy and a parked link are about. */
export const subject = (message: Message): StoredEvent => message.link?.target ?? message.event
