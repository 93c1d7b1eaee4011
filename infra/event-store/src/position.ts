/**
 * Whether one commit position comes after another. Decimal numbers without leading zeros compare by length, then as
 * text: this is asked for every event.
 */
export const isAfter = (a: string, b: string): boolean => (a.length === b.length ? a > b : a.length > b.length)
