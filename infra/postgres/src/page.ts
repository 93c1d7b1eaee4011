/**
 * A page of rows, newest first, of which one more than `limit` was asked for: those that are shown, and the cursor of the
 * page after it; `null` where this is the last.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): { readonly shown: Row[]; readonly nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
