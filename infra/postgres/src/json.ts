/** Postgres stores neither NUL nor half of a surrogate pair; tool output may hold both. U+FFFD stands in for them. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD')

const suspicious = /\\u(?:0000|d[89a-f])/i

/** A value as JSON text that `jsonb` accepts whatever strings are in it. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return suspicious.test(text) ? JSON.stringify(storable(value)) : text
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), storable(inner)]))
}
