/** A value that can be written as text: what it is in Postgres, a cast says. */
export type Scalar = string | number | boolean | Date | null | undefined

const textOid = 25
const headerBytes = 20

/**
 * Texts as Postgres receives a `text[]` in its binary format (array_recv in its sources: dimensions, whether there are
 * nulls, type, length, lower bound, then each element's length and bytes). In the text format the driver escapes every
 * quote of every JSON and the server takes that back, which costs more than all else about a batch.
 */
export function textArray(values: readonly Scalar[]): Buffer {
  const texts = values.map(textOf)
  const size = texts.reduce((sum, text) => sum + 4 + (text === null ? 0 : Buffer.byteLength(text)), headerBytes)
  const array = Buffer.allocUnsafe(size)
  const hasNulls = texts.includes(null)
  let at = 0
  for (const field of [1, Number(hasNulls), textOid, texts.length, 1]) at = array.writeInt32BE(field, at)
  for (const text of texts) {
    const length = text === null ? -1 : array.write(text, at + 4)
    array.writeInt32BE(length, at)
    at += 4 + Math.max(length, 0)
  }
  return array
}

function textOf(value: Scalar): string | null {
  if (value === null || value === undefined) return null
  return value instanceof Date ? value.toISOString() : String(value)
}
