/** A number from 0 to 1 that is another for each UUID, and always the same for one: jitter that a retry does not change. */
export const spreadOf = (id: string): number => Number.parseInt(id.slice(-8), 16) / 2 ** 32
