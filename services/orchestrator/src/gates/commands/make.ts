import type { MechanicalGate } from '@mosaic/contracts/quality'
import type { FindStated, Stated } from './contract.ts'

const targets: Readonly<Record<MechanicalGate, readonly string[]>> = {
  types: ['typecheck', 'types'],
  lint: ['lint'],
  tests: ['test', 'tests', 'check'],
  coverage: ['coverage'],
  build: ['build'],
}
const from = 'Makefile'

/** Its text goes with the command: what stands in the change's own file is not asked. */
export const make: FindStated = {
  reads: [from],
  find({ read }) {
    const text = read(from)
    if (text === undefined) return {}
    const known = new Set([...text.matchAll(/^([\w.-]+)\s*:(?!=)/gm)].map(([, name]) => name))
    const stated: { -readonly [Gate in MechanicalGate]?: Stated[Gate] } = {}
    for (const [gate, candidates] of Object.entries(targets) as [MechanicalGate, readonly string[]][]) {
      const target = candidates.find((each) => known.has(each))
      if (target === undefined) continue
      const run = `cat >"\${TMPDIR:-/tmp}/stated.mk" <<'${end}'\n${text}\n${end}\nmake -f "\${TMPDIR:-/tmp}/stated.mk" ${target}`
      stated[gate] = { run, from, ...(gate === 'coverage' && { report: 'coverage/lcov.info' }) }
    }
    return stated
  },
}

const end = 'END_OF_THE_STATED_MAKEFILE'
