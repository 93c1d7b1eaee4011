import { endianness } from 'node:os'
import { type Condition, type Rule, rules } from './rules.ts'
import { type Machine, type Syscall, syscallNumbers } from './syscall-numbers.ts'

/** One instruction of classic BPF: `struct sock_filter` of linux/filter.h. */
type Instruction = { readonly code: number; readonly ifTrue: number; readonly ifFalse: number; readonly k: number }

/** linux/bpf_common.h: load a word, jump if equal, jump if a bit is set, return. */
const codes = { load: 0x20, jumpEqual: 0x15, jumpSet: 0x45, return: 0x06 } as const
/** Offsets in `struct seccomp_data`; the low half of an argument comes first on these machines. */
const offsets = { number: 0, machine: 4, argument: (index: number) => 16 + 8 * index }
/** linux/audit.h */
const auditMachines: Readonly<Record<Machine, number>> = { x64: 0xc000_003e, arm64: 0xc000_00b7 }
/** On x86-64: calls of the x32 interface. */
const x32Bit = 0x4000_0000
/** linux/seccomp.h */
const verdicts = { allow: 0x7fff_0000, kill: 0x8000_0000, error: 0x0005_0000 }
const errors = { EPERM: 1, ENOSYS: 38 } as const

const instruction = (code: number, k: number, ifTrue = 0, ifFalse = 0): Instruction => ({ code, ifTrue, ifFalse, k })
const load = (offset: number) => instruction(codes.load, offset)
const answer = (verdict: number) => instruction(codes.return, verdict)

/** Whether a filter can be made for this machine. */
export const filteredMachine = (arch: string = process.arch): Machine | undefined =>
  (arch === 'x64' || arch === 'arm64') && endianness() === 'LE' ? arch : undefined

/** The filter as bwrap's `--seccomp` and the kernel take it. */
export function seccompFilter(machine: Machine): Buffer {
  const program = assemble(machine)
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, { code, ifTrue, ifFalse, k }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(ifTrue, index * 8 + 2)
    bytes.writeUInt8(ifFalse, index * 8 + 3)
    bytes.writeUInt32LE(k, index * 8 + 4)
  }
  return bytes
}

function assemble(machine: Machine): Instruction[] {
  const kill = answer(verdicts.kill)
  const isOurs = [load(offsets.machine), instruction(codes.jumpEqual, auditMachines[machine], 1, 0), kill]
  const isNoX32 = machine === 'x64' ? [instruction(codes.jumpSet, x32Bit, 0, 1), kill] : []
  const refusals = rules.flatMap((rule) => rule.calls.flatMap((call) => refusal(rule, numberOf(call, machine))))
  return [...isOurs, load(offsets.number), ...isNoX32, ...refusals, answer(verdicts.allow)]
}

const numberOf = (call: Syscall, machine: Machine): number | null => syscallNumbers[call][machine]

/** Skipped as a whole by every other call; this call is decided in there, so that nothing after it is looked at. */
function refusal({ error, when = [] }: Rule, number: number | null): Instruction[] {
  if (number === null) return []
  const refuse = answer(verdicts.error | errors[error])
  const decide = when.length === 0 ? [refuse] : [...when.flatMap(unlessAllow), refuse]
  return [instruction(codes.jumpEqual, number, 0, decide.length), ...decide]
}

/** Allows the call unless the condition holds. */
function unlessAllow(condition: Condition): Instruction[] {
  const allow = answer(verdicts.allow)
  const read = load(offsets.argument(condition.argument))
  if ('hasAnyOf' in condition) return [read, instruction(codes.jumpSet, condition.hasAnyOf, 1, 0), allow]
  if ('isNoneOf' in condition) {
    return [read, ...condition.isNoneOf.flatMap((value) => [instruction(codes.jumpEqual, value, 0, 1), allow])]
  }
  // The first that is equal jumps over the rest and the verdict.
  const { isAnyOf } = condition
  const compare = isAnyOf.map((value, index) => instruction(codes.jumpEqual, value, isAnyOf.length - index, 0))
  return [read, ...compare, allow]
}
