import { systemClock } from '@mosaic/contracts/kernel'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { type TaskStatus, taskStatus } from '@mosaic/contracts/task'
import { Option } from 'commander'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { taskDetails, taskTable } from '../../format/task.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findMissionId } from '../mission/find-mission.ts'
import { taskCompared } from './compared.ts'
import { missionShown } from '../mission/mission-shown.ts'
import { findTaskId } from './find-task.ts'

type ListOptions = { status?: TaskStatus } & Partial<Record<'mission' | 'key' | 'search' | 'limit' | 'cursor', string>>

export const registerList: Register = (task) => {
  task
    .command('list')
    .description('tasks, newest first')
    .addOption(new Option('--status <status>').choices(taskStatus.options))
    .option('--mission <id>')
    .option('--key <text>', 'what it is called elsewhere')
    .option('--search <text>', 'in title and instructions')
    .option('--limit <n>', 'tasks at most', '50')
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .action(
      gatewayAction(async ({ client, json }, options: ListOptions) => {
        const { status, mission, key: externalKey, search: q, limit, cursor } = options
        const missionId = mission === undefined ? undefined : await findMissionId(client, mission)
        const query = { status, missionId, externalKey, q, limit, cursor }
        const page = await client.call(gatewayRoutes.tasks, { query })
        if (json) return printJson(page)
        print(page.items.length > 0 ? taskTable(page.items, systemClock.now()) : 'There are no tasks.')
        if (page.nextCursor) print(pc.dim(`more: --cursor ${page.nextCursor}`))
      }),
    )
}

export const registerShow: Register = (task) => {
  task
    .command('show <id>')
    .description('one task, with its attempts side by side: gates, change, cost and time of each')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const { task, attempts } = await taskCompared(client, await findTaskId(client, given))
        if (json) printJson({ ...task, attempts })
        else
          print(
            taskDetails(task, attempts, {
              now: systemClock.now(),
              mission: await missionShown(client, task.missionId),
            }),
          )
      }),
    )
}
