import { phrases } from './rules/phrases.ts'
import type { Rule } from './rules/rule.ts'
import { secretlint } from './rules/secretlint.ts'
import { tokens } from './rules/tokens.ts'

/** What must not be committed: by their shape nothing but secrets. */
export const secretPatterns: readonly Rule[] = [...tokens, ...secretlint]

/** What must not be shown. */
export const everyPattern: readonly Rule[] = [...secretPatterns, ...phrases]

const hints = new RegExp([...new Set(everyPattern.map(({ hint }) => hint))].join('|'), 'i')

/** Whether a text may hold a secret. Most hold nothing of the kind, and are not looked through pattern by pattern. */
export const mayHoldSecret = (text: string): boolean => hints.test(text)
