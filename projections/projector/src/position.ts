import type { ReadItem } from '@mosaic/event-store'

/** A commit position; `null` stands before the first event. */
export type Position = string | null

/** Whether `a` comes after `b` in the log. */
export const isAfter = (a: Position, b: Position): boolean => a !== null && (b === null || BigInt(a) > BigInt(b))

export const positionOf = (item: ReadItem): string =>
  item.kind === 'event' ? item.event.position : item.record.position
