import { gatewayRoutes } from '@mosaic/contracts/http'
import type { WorkerView } from '@mosaic/contracts/worker'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { table } from '../../format/table.ts'
import { oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'

export const registerList: Register = (worker) => {
  worker
    .command('list', { isDefault: true })
    .description('which there are, what they have, and how many agents they run')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { items } = await client.call(gatewayRoutes.workers)
        if (json) printJson(items)
        else print(workerTable(items))
      }),
    )
}

const stateOf = ({ standing, isAlive, presence }: WorkerView): string => {
  if (standing === 'removed') return pc.dim('removed')
  if (!isAlive) return standing === 'admitted' ? pc.dim('has not joined') : pc.red('silent')
  if (standing === 'drained') return pc.yellow(presence?.isEmpty ? 'drained' : 'draining')
  return pc.green('at work')
}

const workerTable = (workers: readonly WorkerView[]): string =>
  table(
    ['id', 'name', 'state', 'agents', 'labels', 'process'],
    workers.map((worker) => {
      const { workerId, name, presence } = worker
      return [
        workerId,
        oneLine(name, 30),
        stateOf(worker),
        presence ? `${presence.live} of ${presence.slots}` : '',
        presence?.labels.join(', ') ?? '',
        presence?.ownerId ?? '',
      ]
    }),
  )
