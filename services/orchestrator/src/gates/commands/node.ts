import type { MechanicalGate } from '@mosaic/contracts/quality'
import { z } from 'zod'
import type { FindStated, Stated } from './contract.ts'

const manifest = z.object({ scripts: z.record(z.string(), z.string()).default({}) })

/** Under which names scripts of packages do what a gate asks for. */
const names: Readonly<Record<MechanicalGate, readonly string[]>> = {
  types: ['typecheck', 'type-check', 'types', 'check-types', 'tsc'],
  lint: ['lint'],
  tests: ['test'],
  coverage: ['coverage', 'test:coverage'],
  build: ['build'],
}
/** What npm's own template leaves in place of tests. */
const noTests = /no test specified/
const from = 'package.json'
const report = 'coverage/lcov.info'
/** Node's own runner says what is covered, if it is asked to. */
const measured = `--experimental-test-coverage --test-reporter=lcov --test-reporter-destination=${report}`

/** The text of scripts, with those before and after them, as npm runs them: not their names, whose meaning the change could alter. */
export const node: FindStated = {
  reads: [from],
  find({ read }) {
    const { scripts } = manifest.safeParse(jsonOf(read(from))).data ?? { scripts: {} }
    const stated: { -readonly [Gate in MechanicalGate]?: Stated[Gate] } = {}
    for (const [gate, candidates] of Object.entries(names) as [MechanicalGate, readonly string[]][]) {
      const name = candidates.find((each) => scripts[each] !== undefined && !noTests.test(scripts[each]))
      if (name === undefined) continue
      const parts = [scripts[`pre${name}`], scripts[name], scripts[`post${name}`]].filter((part) => part !== undefined)
      stated[gate] = { run: withPrograms(parts), from, ...(gate === 'coverage' && { report }) }
    }
    const test = scripts['test']
    if (!stated.coverage && test !== undefined && /^node --test\b/.test(test)) {
      const run = `mkdir -p coverage && ${test.replace('node --test', `node --test ${measured}`)}`
      stated.coverage = { run: withPrograms([run]), from, report }
    }
    return stated
  },
}

const withPrograms = (parts: readonly string[]) =>
  `export PATH="$PWD/node_modules/.bin:$PATH"\n${parts.map((part) => `(${part}\n) || exit`).join('\n')}`

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
