import * as fc from 'fast-check'

// What facts of every kind have in them.

export const text = fc.oneof(
  fc.constantFrom('', 'Looking.', ' two\n lines ', 'a NUL \u0000 and half a \ud83d', `${'long '.repeat(60)}😀`),
  fc.string({ maxLength: 20 }),
)
export const line = fc.string({ minLength: 1, maxLength: 12 })
export const none = fc.constant({})
export const moment = fc.constantFrom('2026-11-28T10:00:00.000Z', '2026-11-28T10:04:00.000Z')

export const gate = fc.record({
  name: fc.constantFrom('tests' as const, 'lint' as const),
  kind: fc.constant('mechanical' as const),
  passed: fc.boolean(),
  ran: fc.boolean(),
  details: fc.array(fc.record({ output: text }), { maxLength: 1 }),
  durationMs: fc.nat(999),
})

/** Ids of one kind: the same number is the same id in every history. */
export const idOf = (kind: string, number: number): string =>
  `0190d1c8-0000-7000-8000-${kind}${String(number).padStart(11, '0')}`
