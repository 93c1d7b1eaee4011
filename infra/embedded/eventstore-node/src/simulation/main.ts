// Runs many seeds: `node src/simulation/main.ts [--seeds 10000] [--from SEED]`. A failing seed is run again with --seeds 1.
import { parseArgs } from 'node:util'
import { simulate } from './simulation.ts'
import { unixTime } from '../clock.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string' }, from: { type: 'string' } } })
const seeds = Number(values.seeds ?? 10_000)
const from = Number(values.from ?? unixTime() % 2 ** 31)
process.stdout.write(`seeds ${from} to ${from + seeds - 1}\n`)
const start = performance.now()
for (let seed = from; seed < from + seeds; seed++) simulate(seed)
process.stdout.write(`${seeds} seeds agree with the model, ${Math.round((performance.now() - start) / 1000)} s\n`)
