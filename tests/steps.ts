/** How a step's passed and failed tests are counted: by vitest's report, by the program's own last line, or as one. */
export type Count = 'vitest' | 'line' | 'exit'
export type Step = { readonly name: string; readonly command: readonly string[]; readonly count: Count }

const vitest = (project: string) => ['vitest', 'run', '--project', project]

/** Everything that proves Mosaic works, cheapest first. `CI` gets the same. */
export const steps: readonly Step[] = [
  { name: 'format', command: ['biome', 'format', '.'], count: 'exit' },
  { name: 'lint', command: ['nx', 'run-many', '-t', 'lint'], count: 'exit' },
  { name: 'types', command: ['nx', 'run-many', '-t', 'types'], count: 'exit' },
  { name: 'boundaries', command: ['pnpm', 'boundaries'], count: 'exit' },
  { name: 'dead code', command: ['pnpm', 'dead-code'], count: 'exit' },
  { name: 'unit', command: vitest('unit'), count: 'vitest' },
  { name: 'console build', command: ['nx', 'build', '@mosaic/console'], count: 'exit' },
  { name: 'integration', command: vitest('int'), count: 'vitest' },
  { name: 'end to end', command: vitest('e2e'), count: 'vitest' },
  { name: 'kill -9', command: ['node', 'tests/faults/src/product-kill.ts'], count: 'line' },
]
