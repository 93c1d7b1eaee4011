import { KnownSecrets } from './known-secrets.ts'
import { everyPattern, mayHoldSecret } from './patterns.ts'

/** Covers secrets: those it knows, and whatever is shaped like one. Covering twice changes nothing more. */
export type Redactor = {
  /** The text with a placeholder in the place of each secret, and how many there were. */
  readonly count: (text: string) => { readonly text: string; readonly redacted: number }
  readonly text: (text: string) => string
  /** The same for every text in a JSON value, keys included; the very same value where none held a secret. */
  readonly value: <Value>(value: Value) => Value
}

/** @param secrets by their value: keys of this installation. What is added to `KnownSecrets` later is covered from then on. */
export function createRedactor(secrets: readonly string[] | KnownSecrets = []): Redactor {
  const known = secrets instanceof KnownSecrets ? secrets : new KnownSecrets(secrets)

  const count = (text: string) => {
    let redacted = 0
    let result = text
    for (const value of known.values) {
      if (!result.includes(value)) continue
      redacted += result.split(value).length - 1
      result = result.replaceAll(value, placeholder('secret of this installation'))
    }
    for (let found = -1; found !== redacted && mayHoldSecret(result); ) {
      // What stood glued to a secret that is covered now may begin with another.
      found = redacted
      for (const { name, pattern } of everyPattern) {
        result = result.replace(pattern, (...match) => {
          redacted += 1
          return keptOf(match.at(-1)) + placeholder(name)
        })
      }
    }
    return { text: result, redacted }
  }
  const text = (given: string) => count(given).text
  return { count, text, value: (value) => mapTexts(value, text) }
}

const placeholder = (name: string) => `[redacted: ${name}]`

/** The last argument of a replacer is the record of named groups, where the pattern has any. */
function keptOf(groups: unknown): string {
  if (typeof groups !== 'object' || groups === null || !('kept' in groups)) return ''
  return typeof groups.kept === 'string' ? groups.kept : ''
}

/** No reader bears so many levels of nesting; nor does the stack bear any number of them. */
const deepest = 1000

/** Copies only what changes. */
function mapTexts<Value>(value: Value, change: (text: string) => string, depth?: number): Value
function mapTexts(value: unknown, change: (text: string) => string, depth = 0): unknown {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === deepest) return placeholder('nested too deep')
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => mapTexts(item, change, depth + 1))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  const entries: [string, unknown][] = Object.entries(value)
  let isSame = true
  for (const entry of entries) {
    const [key, item] = entry
    entry[0] = change(key)
    entry[1] = mapTexts(item, change, depth + 1)
    isSame &&= entry[0] === key && entry[1] === item
  }
  return isSame ? value : Object.fromEntries(entries)
}
