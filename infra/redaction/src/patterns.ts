import { phrases } from './rules/phrases.ts'
import type { Rule } from './rules/rule.ts'
import { secretlint } from './rules/secretlint.ts'
import { tokens } from './rules/tokens.ts'

/** What must not be committed: by their shape nothing but secrets. */
export const secretPatterns: readonly Rule[] = [...tokens, ...secretlint]

/** What must not be shown. */
export const everyPattern: readonly Rule[] = [...secretPatterns, ...phrases]

const alternatives = new Set(everyPattern.flatMap(({ hint }) => hint.match(/(?:\([^)]*\)|[^|])+/g) ?? []))
/** By the letter they begin with: at every place of a text one alternative after the other is tried. */
const byFirst = Object.groupBy(alternatives, (hint) => /^[a-z]/.exec(hint)?.[0] ?? '')
const branches = Object.entries(byFirst).map(
  ([first, hints = []]) => `${first}(?:${hints.map((hint) => hint.slice(first.length)).join('|')})`,
)
const hints = new RegExp(branches.join('|'), 'i')

/** Whether a text may hold a secret. Most hold nothing of the kind, and are not looked through pattern by pattern. */
export const mayHoldSecret = (text: string): boolean => hints.test(text)
