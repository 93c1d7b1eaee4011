/** How a step's passed and failed tests are counted: by vitest's report, by the program's own last line, or as one. */
export type Count = 'vitest' | 'line' | 'exit'
export type Step = {
  readonly name: string
  readonly command: readonly string[]
  readonly count: Count
  /** After so many it has failed: 15, unless said otherwise; at night it may take longer. */
  readonly minutes?: number
  /** Steps whose results this one uses. */
  readonly after?: readonly string[]
  /** Nothing else runs meanwhile: it plays scenes that go at the demo's pace. */
  readonly alone?: true
}

/** How many steps run at a time. Most wait more than they compute, and two cores are what is promised to be enough. */
export const lanes = 2

const fault = (program: string, ...options: string[]) => ['node', `tests/faults/src/${program}.ts`, ...options]
const vitest = (project: string) => ['vitest', 'run', '--project', project]
/** Skipped, with the reason, where no engine can be had. */
const scan = 'infra/deploy/agent-image/scan.sh 2>&1 || [ $? = 3 ]'
const besideDocker = (...command: string[]) => ['node', 'tests/with-docker.ts', ...command]

/** Everything that proves Mosaic works: what answers quickly first, then the longest. `CI` gets the same. */
export const steps: readonly Step[] = [
  { name: 'format', command: ['biome', 'format', '.'], count: 'exit' },
  { name: 'lint', command: ['nx', 'run-many', '-t', 'lint'], count: 'exit' },
  { name: 'types', command: ['pnpm', 'types'], count: 'exit' },
  { name: 'boundaries', command: ['pnpm', 'boundaries'], count: 'exit' },
  { name: 'dead code', command: ['pnpm', 'dead-code'], count: 'exit' },
  { name: 'audit', command: ['node', 'tests/audit.ts'], count: 'exit' },
  { name: 'unit', command: vitest('unit'), count: 'vitest' },
  { name: 'console build', command: ['nx', 'build', '@mosaic/console'], count: 'exit' },
  { name: 'integration', command: vitest('int'), count: 'vitest', minutes: 35 },
  { name: 'kill -9', command: fault('product-kill'), count: 'line', after: ['console build'] },
  { name: 'store kill -9', command: fault('eventstore-kill', '--kills', '40'), count: 'exit' },
  { name: 'store damage', command: fault('eventstore-damage', '--flips', '60', '--stride', '40'), count: 'exit' },
  { name: 'store clients', command: fault('eventstore-clients'), count: 'line' },
  { name: 'kill unaided', command: fault('kill-unaided', '--agents', '4'), count: 'line', after: ['console build'] },
  { name: 'git escape', command: fault('git-escape', '--repositories', '120'), count: 'line' },
  { name: 'egress escape', command: fault('egress-escape'), count: 'line' },
  { name: 'planted secrets', command: fault('planted-secrets', '--agents', '2'), count: 'line' },
  { name: 'end to end', command: vitest('e2e'), count: 'vitest', after: ['console build'], alone: true, minutes: 20 },
]

/** Real agents of other makers, got from npm: `./mosaic test --interop`. Skipped, with the reason, where npm cannot be reached. */
export const interop: readonly Step[] = [
  { name: 'interop', command: ['node', 'tests/interop/src/main.ts'], count: 'line', minutes: 60 },
]

/** The long forms, for a machine that has the night: `./mosaic test --nightly`. */
export const nightly: readonly Step[] = [
  {
    name: 'simulation',
    command: ['node', 'infra/embedded/eventstore-node/src/simulation/main.ts', '--seeds', '10000'],
    count: 'exit',
  },
  { name: 'store kill -9', command: fault('eventstore-kill', '--kills', '500'), count: 'exit' },
  { name: 'store disk', command: fault('eventstore-disk'), count: 'exit' },
  { name: 'store damage', command: fault('eventstore-damage', '--flips', '1000'), count: 'exit' },
  { name: 'store clients', command: fault('eventstore-clients', '--connections', '50000'), count: 'line' },
  { name: 'greedy agents', command: fault('agents-exhaust'), count: 'exit' },
  {
    name: 'greedy in docker',
    command: besideDocker(...fault('agents-exhaust', '--sandbox', 'docker')),
    count: 'exit',
  },
  { name: 'kill -9', command: fault('product-kill', '--kills', '200'), count: 'line' },
  { name: 'kill while spawning', command: fault('kill-while-spawning'), count: 'exit' },
  { name: 'kill unaided', command: fault('kill-unaided', '--agents', '50'), count: 'line' },
  { name: 'git escape', command: fault('git-escape', '--repositories', '10000'), count: 'line' },
  { name: 'egress escape', command: fault('egress-escape', '--attempts', '100000'), count: 'line' },
  { name: 'planted secrets', command: fault('planted-secrets', '--agents', '60'), count: 'line' },
  ...interop,
  { name: 'docker', command: besideDocker(...vitest('docker')), count: 'vitest' },
  { name: 'image scan', command: besideDocker('sh', '-c', scan), count: 'exit' },
  {
    name: 'many workers',
    command: fault('many-workers', '--tasks', '200', '--faults', '50'),
    count: 'line',
    minutes: 60,
  },
  { name: 'two orchestrators', command: vitest('night'), count: 'vitest' },
]
