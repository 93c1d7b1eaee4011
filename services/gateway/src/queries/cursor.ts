import { RejectedError } from '@mosaic/http'

/** Postgres's bigint ends here; a cursor beyond it was never handed out. */
const mostBigint = 2n ** 63n - 1n

/** A page's cursor as it was handed out: a commit position. Anything else is refused before the database sees it. */
export function pageCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  if (/^\d{1,19}$/.test(cursor) && BigInt(cursor) <= mostBigint) return cursor
  throw new RejectedError({
    code: 'VALIDATION_FAILED',
    message: 'cursor: expected the nextCursor of the page before',
    field: 'cursor',
  })
}
