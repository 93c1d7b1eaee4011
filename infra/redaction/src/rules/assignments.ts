import type { Rule } from './rule.ts'

const word =
  '(?:passw(?:or)?d|passphrase|secret|token|api_?-?key|access_?-?key|auth_?-?key|encryption_?-?key|credential)'
const quote = String.raw`\\{0,3}["'\x60]`
/** `password = "…"`, `"client_secret": "…"`, `apiKey: '…'`; and `SERVICE_TOKEN=…` as in a shell or a file of variables. */
const assigned = [
  String.raw`${word}\w{0,20}(?:${quote})?\s{0,4}(?::=|=>|[:=])\s{0,4}${quote}(?=[^\s"'\\\x60]{12,200}${quote})`,
  String.raw`(?:PASSWORD|SECRET|TOKEN|_KEY)[A-Z0-9_]{0,20}=(?=[^\s"'\\\x60;&|<>()]{16,200}(?:[\s;&|"'\\\x60]|$))`,
]

/** In bits for each character: a word has two to three. */
const leastEntropy = 3.1
/** The last is a user of number 1234567890, in the JSON web token that all documentation shows. */
const placeholders =
  /example|sample|dummy|fake|placeholder|change_?me|your[-_]|x{4}|redacted|\.\.\.|\$\{|\{\{|:\/\/|process\.env|12345|abcd|eyJzdWIiOiIxMjM0NTY3ODkwI/i
const idOrHash = /^(?:(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|sha\d+[-:].*|[0-9]+)$/i

/** Bits that a character of a text tells, by how often each stands in it. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** Letters and digits in disorder: words that are joined by hyphens or dots, paths and placeholders are none. */
export function looksRandom(value: string): boolean {
  if (placeholders.test(value) || idOrHash.test(value)) return false
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false
  if (/^[\w-]+(?:[./][\w-]+)+$/.test(value) && !/\d\w*\d/.test(value)) return false
  return entropyOf(value) >= Math.min(leastEntropy, Math.log2(value.length) * 0.75) && changes(value) > value.length / 5
}

/** How often a text goes from one kind of character to another: names and words do it seldom, but for their capitals. */
function changes(text: string): number {
  const kinds = text
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .replaceAll(/[A-Z](?=[a-z]{2})/g, 'a')
    .replaceAll(/\d/g, '0')
    .replaceAll(/[a-z]/g, 'a')
    .replaceAll(/[A-Z]/g, 'A')
  let count = 0
  for (let at = 1; at < kinds.length; at++) if (kinds[at] !== kinds[at - 1]) count += 1
  return count
}

/** What is assigned to a name that says that it is secret, where it is as random as secrets are. */
export const assignments: readonly Rule[] = assigned.map((before, index) => ({
  name: 'assigned secret',
  anchors: ['passw', 'passphrase', 'secret', 'token', 'key', 'credential'],
  pattern: new RegExp(String.raw`(?<kept>${before})[^\s"'\\\x60;]{12,200}`, index === 0 ? 'gi' : 'g'),
  isSecret: looksRandom,
}))
