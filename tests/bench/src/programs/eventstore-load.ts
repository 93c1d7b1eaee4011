// What the embedded node does behind the db-client, line by line, against that of another checkout: MOSAIC_BENCH_AGAINST
// names its folder (`git worktree add DIR REVISION`, installed). MOSAIC_BENCH_ONLY picks lines by a part of their names.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { EventStoreDBClient } from '@eventstore/db-client'
import { compare, type Side } from '../compare.ts'
import { memoryOf, startNodeProcess } from '../eventstore/node-process.ts'
import { fill, WORKLOADS, type Workload } from '../eventstore/workloads.ts'

const against = process.env['MOSAIC_BENCH_AGAINST']
const only = process.env['MOSAIC_BENCH_ONLY'] ?? ''
const pairs = Number(process.env['MOSAIC_BENCH_PAIRS'] ?? 5)
const MAIN = 'infra/embedded/eventstore-node/src/main.ts'

async function loaded(name: string, main?: string) {
  const node = await startNodeProcess(main)
  const client = EventStoreDBClient.connectionString(node.url)
  const filled = await fill(client)
  return {
    node,
    side: ({ prepare, measure, unit }: Workload): Side => ({
      name: `${name} (${unit})`,
      run: async () => {
        const load = { client, filled, run: randomUUID() }
        await prepare?.(load)
        return measure(load)
      },
    }),
    close: async () => {
      await client.dispose()
      await node.close()
    },
  }
}

export async function run(): Promise<void> {
  if (!against) throw new Error('MOSAIC_BENCH_AGAINST must name the folder of another checkout')
  const ours = await loaded('this node')
  const other = await loaded('that node', join(against, MAIN))
  for (const workload of WORKLOADS.filter(({ name }) => name.includes(only))) {
    const { name, better, unit } = workload
    await compare({ name, better, unit, pairs, ours: ours.side(workload), reference: other.side(workload) })
  }
  const [mine, theirs] = [memoryOf(ours.node.pid), memoryOf(other.node.pid)]
  console.log(`memory afterwards ${(mine / theirs).toFixed(2)}: ${Math.round(mine)} MB, ${Math.round(theirs)} MB`)
  await ours.close()
  await other.close()
}
