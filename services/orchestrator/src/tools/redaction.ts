import { secretPatterns } from '../git/index.ts'

/** Shorter values are words that occur anyway. */
const shortestSecret = 8

/** Takes keys out of what goes to the model and into events: known values, and whatever is shaped like a key. */
export function redact(text: string, secrets: readonly string[]): { text: string; redacted: number } {
  let redacted = 0
  const cover = (label: string) => () => {
    redacted += 1
    return `[redacted: ${label}]`
  }
  const known = secrets.filter((secret) => secret.length >= shortestSecret).sort((a, b) => b.length - a.length)
  let result = text
  for (const secret of known) result = result.replaceAll(secret, cover('secret of this installation'))
  for (const { name, pattern } of secretPatterns) result = result.replaceAll(pattern, cover(name))
  return { text: result, redacted }
}

/** Keeps beginning and end: the end is where a build says what went wrong. */
export function shorten(text: string, maxCharacters: number): { text: string; truncated: boolean } {
  if (text.length <= maxCharacters) return { text, truncated: false }
  const half = Math.floor(maxCharacters / 2)
  const [head, tail] = [text.slice(0, half), text.slice(-half)]
  const note = `\n[… ${text.length - head.length - tail.length} characters left out …]\n`
  return { text: head.toWellFormed() + note + tail.toWellFormed(), truncated: true }
}
