import { expect, test } from 'vitest'
import { filteredMachine, seccompFilter } from './filter.ts'
import { type Machine, syscallNumbers } from './syscall-numbers.ts'

const audit = { x64: 0xc000_003e, arm64: 0xc000_00b7 }
const [allow, kill, refuse, absent] = [0x7fff_0000, 0x8000_0000, 0x0005_0001, 0x0005_0026]

/** Runs the program as the kernel does: linux Documentation/networking/filter.rst. */
function verdict(machine: Machine, call: { nr: number; machine?: number; args?: readonly number[] }): number {
  const program = seccompFilter(machine)
  const data = Buffer.alloc(64)
  data.writeUInt32LE(call.nr, 0)
  data.writeUInt32LE(call.machine ?? audit[machine], 4)
  for (const [index, value] of (call.args ?? []).entries()) data.writeUInt32LE(value >>> 0, 16 + 8 * index)
  let loaded = 0
  for (let at = 0; ; at += 1) {
    const [code, k] = [program.readUInt16LE(at * 8), program.readUInt32LE(at * 8 + 4)]
    const jump = (isTrue: boolean) => (at += program.readUInt8(at * 8 + (isTrue ? 2 : 3)))
    if (code === 0x20) loaded = data.readUInt32LE(k)
    else if (code === 0x15) jump(loaded === k)
    else if (code === 0x45) jump((loaded & k) !== 0)
    else if (code === 0x06) return k
    else throw new Error(`no such instruction: ${code}`)
  }
}

const nr = (name: keyof typeof syscallNumbers, machine: Machine) => syscallNumbers[name][machine] ?? -1

test.each(['x64', 'arm64'] as const)(
  '%s: what has no place in a sandbox is refused, all else is let through',
  (machine) => {
    for (const name of ['mount', 'ptrace', 'keyctl', 'bpf', 'unshare', 'userfaultfd', 'open_by_handle_at'] as const) {
      expect(verdict(machine, { nr: nr(name, machine) }), name).toBe(refuse)
    }
    for (const name of ['clone3', 'io_uring_setup', 'openat2'] as const) {
      expect(verdict(machine, { nr: nr(name, machine) }), name).toBe(absent)
    }
    const [read, getpid] = machine === 'x64' ? [0, 39] : [63, 172]
    expect([read, getpid].map((number) => verdict(machine, { nr: number }))).toEqual([allow, allow])
  },
)

test.each(['x64', 'arm64'] as const)('%s: arguments decide where a call has both uses', (machine) => {
  const of = (name: keyof typeof syscallNumbers, ...args: number[]) => verdict(machine, { nr: nr(name, machine), args })
  const [newUser, newNamespace, threads] = [0x1000_0000, 0x2_0000, 0x3d0f00]
  expect([of('clone', newUser), of('clone', newNamespace), of('clone', threads)]).toEqual([refuse, refuse, allow])
  expect([of('ioctl', 0, 0x5412), of('ioctl', 0, 0x541c), of('ioctl', 0, 0x5401)]).toEqual([refuse, refuse, allow])
  expect([of('personality', 0x4_0000), of('personality', 0), of('personality', -1)]).toEqual([refuse, allow, allow])
  expect([of('fchmodat', 0, 0, 0o4755), of('fchmodat', 0, 0, 0o2755), of('fchmodat', 0, 0, 0o1777)]).toEqual([
    refuse,
    refuse,
    allow,
  ])
  const [create, temporary, read] = [0o101, 0o20_200_001, 0]
  expect([create, temporary, read].map((flags) => of('openat', 0, 0, flags, 0o6777))).toEqual([refuse, refuse, allow])
})

test('another machine’s calls, by which numbers mean something else, end the process', () => {
  expect(verdict('x64', { nr: 20, machine: 0x4000_0003 }), 'i386').toBe(kill)
  expect(verdict('x64', { nr: 0x4000_0000 | 39 }), 'x32').toBe(kill)
  expect(verdict('arm64', { nr: 20, machine: 0x4000_0028 }), 'arm').toBe(kill)
})

test('a machine whose numbers are not here has no filter', () => {
  expect(['x64', 'arm64', 'riscv64', 'ia32'].map(filteredMachine)).toEqual(['x64', 'arm64', undefined, undefined])
})
