import type { ReadItem } from '@mosaic/event-store'

/** A commit position; `null` stands before the first event. */
export type Position = string | null

/**
 * Whether `a` comes after `b` in the log. Decimal numbers without leading zeros compare by length, then as text: this
 * is asked several times per event.
 */
export function isAfter(a: Position, b: Position): boolean {
  if (a === null || b === null) return a !== b && b === null
  return a.length === b.length ? a > b : a.length > b.length
}

export const positionOf = (item: ReadItem): string =>
  item.kind === 'event' ? item.event.position : item.record.position
