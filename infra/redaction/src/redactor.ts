import type { CustomPattern } from './custom-pattern.ts'
import { KnownSecrets } from './known-secrets.ts'
import { everyPattern, mayHoldSecret } from './patterns.ts'
import type { Rule } from './rules/rule.ts'
import { fingerprintOf, SecretRules, type WorkspaceRules } from './secret-rules.ts'
import { countInWhatIsSeen, hasUnseenInJson } from './unseen.ts'

/** Covers secrets: those it knows, and whatever is shaped like one. Covering twice changes nothing more. */
export type Redactor = {
  /** The text with a placeholder in the place of each secret, and how many there were. */
  readonly count: (text: string) => { readonly text: string; readonly redacted: number }
  readonly text: (text: string) => string
  /** The same for every text in a JSON value, keys included; the very same value where none held a secret. */
  readonly value: <Value>(value: Value) => Value
  /** Asks a whole value at once, by its JSON: where the answer is no, `value` would change nothing. */
  readonly mayChange: (json: string) => boolean
  /** The same by the rules of a workspace as well, as they are whenever it is asked. */
  readonly in: (workspaceId: string) => Redactor
  readonly rules: SecretRules
}

/**
 * @param secrets by their value: keys of this installation. What is added to `KnownSecrets` later is covered from then on.
 * @param rules of workspaces: what is covered `in` one of them.
 */
export function createRedactor(
  secrets: readonly string[] | KnownSecrets = [],
  rules: SecretRules = new SecretRules(),
): Redactor {
  const known = secrets instanceof KnownSecrets ? secrets : new KnownSecrets(secrets)
  const scoped = new Map<string, Redactor>()
  const within = (workspaceId: string | undefined): Redactor => {
    const count = (text: string) => countInWhatIsSeen(text, (seen) => countSecrets(seen, known, rules.of(workspaceId)))
    const text = (given: string) => count(given).text
    return {
      count,
      text,
      value: (value) => mapTexts(value, text),
      mayChange: (json) =>
        mayHoldSecret(json) ||
        hasUnseenInJson(json) ||
        known.mayStandIn(json) ||
        rules.of(workspaceId).patterns.some(({ mayStandInJson }) => mayStandInJson(json)),
      in: (id) => {
        const redactor = scoped.get(id) ?? within(id)
        scoped.set(id, redactor)
        return redactor
      },
      rules,
    }
  }
  return within(undefined)
}

function countSecrets(text: string, known: KnownSecrets, { patterns, allowed }: WorkspaceRules) {
  let redacted = 0
  let result = text
  for (const value of known.values) {
    if (!result.includes(value)) continue
    redacted += result.split(value).length - 1
    result = result.replaceAll(value, placeholder('secret of this installation'))
  }
  const isAllowed = (secret: string) => allowed.size > 0 && allowed.has(fingerprintOf(secret))
  for (const pattern of patterns) {
    if (!pattern.mayStandIn(result)) continue
    const covered = coverSpans(result, pattern, isAllowed)
    redacted += covered.redacted
    result = covered.text
  }
  for (let pass = 1; mayHoldSecret(result); pass++) {
    const found = redacted
    for (const rule of everyPattern) {
      result = coverRule(result, rule, {
        isAllowed,
        inWords: pass > mostPasses,
        onFound: () => void (redacted += 1),
      })
    }
    // What stood glued to a secret that is covered now may begin with another.
    if (found === redacted) break
    if (pass > 2 * mostPasses) return { text: placeholder('what looks like secrets without end'), redacted }
  }
  return { text: result, redacted }
}

/** Secrets that are glued to one another come apart one by one; after so many the word they stand in goes as a whole. */
const mostPasses = 4

type Covering = {
  readonly isAllowed: (secret: string) => boolean
  readonly inWords: boolean
  readonly onFound: () => void
}

/** A text with everything covered that a rule finds. In time that grows with the text alone, as far as the rule's does. */
function coverRule(text: string, { name, pattern, isSecret }: Rule, { isAllowed, inWords, onFound }: Covering): string {
  let [result, at] = ['', 0]
  for (const { 0: whole, index, groups } of text.matchAll(pattern)) {
    const secret = whole.slice(groups?.['kept']?.length ?? 0)
    if (index < at || isSecret?.(secret) === false || isAllowed(secret)) continue
    const end = index + whole.length
    const [from, to] = inWords ? [startOfWord(text, index, at), endOfWord(text, end)] : [end - secret.length, end]
    result += text.slice(at, from) + placeholder(name)
    at = to
    onFound()
  }
  return at === 0 ? text : result + text.slice(at)
}

const space = /\s/y
const isSpace = (text: string, at: number): boolean => {
  space.lastIndex = at
  return space.test(text)
}
function startOfWord(text: string, from: number, least: number): number {
  let at = from
  while (at > least && !isSpace(text, at - 1)) at--
  return at
}
function endOfWord(text: string, from: number): number {
  let at = from
  while (at < text.length && !isSpace(text, at)) at++
  return at
}

/** What is covered already is not looked into. */
const covers = /(\[redacted: [^\]]{0,200}\])/

function coverSpans(text: string, { name, spans }: CustomPattern, isAllowed: (secret: string) => boolean) {
  let redacted = 0
  const parts = text.split(covers).map((part, index) => {
    if (index % 2 === 1) return part
    let [result, at] = ['', 0]
    for (const [from, to] of spans(part)) {
      if (isAllowed(part.slice(from, to))) continue
      result += part.slice(at, from) + placeholder(name)
      at = to
      redacted += 1
    }
    return result + part.slice(at)
  })
  return { text: redacted === 0 ? text : parts.join(''), redacted }
}

const placeholder = (name: string) => `[redacted: ${name}]`

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
