/** The store does not hold what was written to it. The message names the place. */
export class CorruptStoreError extends Error {
  override name = 'CorruptStoreError'
}

export const corruptAt = (position: number, what: string): CorruptStoreError =>
  new CorruptStoreError(`position ${position}: ${what}`)
