import { type Condition, type Rule, rules } from './rules.ts'
import type { Syscall } from './syscall-numbers.ts'

/** linux/errno.h, as `errnoRet`. */
const errors = { EPERM: 1, ENOSYS: 38 } as const
const lowHalf = 0xffff_ffff

/** One comparison of an argument under a mask: `(argument & value) == valueTwo` of the OCI's runtime specification. */
type Comparison = {
  readonly index: number
  readonly value: number
  readonly valueTwo: number
  readonly op: 'SCMP_CMP_MASKED_EQ'
}

type Refusal = {
  readonly names: readonly Syscall[]
  readonly action: 'SCMP_ACT_ERRNO'
  readonly errnoRet: number
  readonly args: readonly Comparison[]
}

/**
 * The same rules as a Docker Engine takes them. Other machines' calls end the process where no architecture is named
 * (seccomp_init(3)). An engine's own profile lets more through: setuid files, ptrace, and, of some versions, sockets to the host of a
 * virtual machine and io_uring.
 */
export const seccompProfile = (): string =>
  JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: rules.flatMap(refusals) })

/** Each says no by itself; all comparisons of one have to hold, of which there may be one for an argument. */
const refusals = ({ calls, error, when = [] }: Rule): Refusal[] =>
  when
    .map(alternatives)
    .reduce<Comparison[][]>((before, next) => before.flatMap((all) => next.map((one) => [...all, one])), [[]])
    .map((args) => ({ names: calls, action: 'SCMP_ACT_ERRNO', errnoRet: errors[error], args }))

/** One of them has to hold. */
function alternatives(condition: Condition): Comparison[] {
  const { argument: index } = condition
  const masked = (value: number, valueTwo: number): Comparison => ({ index, value, valueTwo, op: 'SCMP_CMP_MASKED_EQ' })
  if ('hasAnyOf' in condition) return bitsOf(condition.hasAnyOf).map((bit) => masked(bit, bit))
  if ('isAnyOf' in condition) return condition.isAnyOf.map((value) => masked(lowHalf, value))
  return outside(condition.isNoneOf).map(([mask, value]) => masked(mask, value))
}

const bitsOf = (mask: number): number[] =>
  Array.from({ length: 32 }, (_, at) => (1 << at) >>> 0).filter((bit) => (mask & bit) !== 0)

/**
 * What no value of a set meets, and every other does. By the trie of the set: whoever goes along a value's bits
 * down from the highest and turns off where no value does is none of them.
 */
function outside(values: readonly number[]): [mask: number, value: number][] {
  const turns = new Map<string, [number, number]>()
  for (const value of values) {
    for (let at = 31; at >= 0; at--) {
      const mask = (lowHalf << at) >>> 0
      const turned = ((value ^ (1 << at)) & mask) >>> 0
      if (!values.some((other) => (other & mask) >>> 0 === turned)) turns.set(`${mask}/${turned}`, [mask, turned])
    }
  }
  return [...turns.values()]
}
