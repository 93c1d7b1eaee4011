import { type Anchor, anchorFinder } from './anchors.ts'
import { assignments, looksRandom } from './rules/assignments.ts'
import { phrases } from './rules/phrases.ts'
import type { Rule } from './rules/rule.ts'
import { secretlint } from './rules/secretlint.ts'
import { tokens } from './rules/tokens.ts'

/** Documentation shows such places with made-up values: what stands there has to be as random as secrets are. */
const written: readonly Rule[] = phrases.map((rule) => ({
  ...rule,
  isSecret: (found) => rule.isSecret?.(found) !== false && found.length >= 12 && looksRandom(found),
}))

/** What must not be committed: by their shape, or by where they stand and their disorder, nothing but secrets. */
export const secretPatterns: readonly Rule[] = [...tokens, ...secretlint, ...written, ...assignments]

/** What must not be shown. */
export const everyPattern: readonly Rule[] = [...tokens, ...secretlint, ...phrases, ...assignments]

const isAssignment = (rule: Rule) => assignments.includes(rule)
/** Without the memory of where they were. */
const assigned = assignments.map(({ pattern }) => new RegExp(pattern.source, pattern.flags.replace('g', '')))

const find = anchorFinder(
  everyPattern.flatMap((rule): Anchor[] =>
    rule.anchors.map((text) => ({ text, ignoreCase: rule.pattern.ignoreCase, isHint: isAssignment(rule) })),
  ),
)

/**
 * Whether a text may hold a secret: where it says no, no pattern finds any. Most texts hold nothing of the kind, and are
 * not looked through pattern by pattern. A text may as well be asked by its JSON.
 */
export function mayHoldSecret(text: string): boolean {
  const found = find(text)
  if (found === 'hint') return assigned.some((pattern) => pattern.test(text))
  return found === 'anchor'
}
