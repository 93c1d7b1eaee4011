import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { seccompProfile } from './profile.ts'
import { rules } from './rules.ts'

type Refusal = {
  names: string[]
  errnoRet: number
  args: { index: number; value: number; valueTwo: number; op: string }[]
}
const { defaultAction, syscalls } = JSON.parse(seccompProfile()) as { defaultAction: string; syscalls: Refusal[] }

/** As the kernel decides by the profile. */
const refused = (name: string, args: readonly number[]): boolean =>
  syscalls.some(
    (refusal) =>
      refusal.names.includes(name) &&
      refusal.args.every(({ index, value, valueTwo }) => (args[index]! & value) >>> 0 === valueTwo),
  )

/** As the rules say it. */
const shouldBe = (name: string, args: readonly number[]): boolean =>
  rules
    .filter(({ calls }) => calls.some((call) => call === name))
    .some(({ when = [] }) =>
      when.every((condition) => {
        const value = args[condition.argument]! >>> 0
        if ('hasAnyOf' in condition) return (value & condition.hasAnyOf) !== 0
        if ('isAnyOf' in condition) return condition.isAnyOf.includes(value)
        return !condition.isNoneOf.includes(value)
      }),
    )

/** What the rules speak of, and their neighbours. */
const told = rules.flatMap(({ when = [] }) =>
  when.flatMap((condition) =>
    'hasAnyOf' in condition ? [condition.hasAnyOf] : 'isAnyOf' in condition ? condition.isAnyOf : condition.isNoneOf,
  ),
)
const value = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(...told, ...told.map((one) => (one ^ 1) >>> 0), 0, 0o100, 0o4755, 0o2755, 0o1777, 0x4_0000),
)

test('says of every call what the rules say, whatever its arguments are', () => {
  expect(defaultAction).toBe('SCMP_ACT_ALLOW')
  const names = [...new Set(rules.flatMap(({ calls }) => calls))]
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.tuple(value, value, value, value), (name, args) => {
      expect(refused(name, args)).toBe(shouldBe(name, args))
    }),
    { numRuns: 20_000 },
  )
  expect([refused('read', [0, 0, 0, 0]), refused('mount', [0, 0, 0, 0])]).toEqual([false, true])
})

test('compares no argument twice in one refusal, which an engine would take for two', () => {
  for (const { args } of syscalls) expect(new Set(args.map(({ index }) => index)).size).toBe(args.length)
})
