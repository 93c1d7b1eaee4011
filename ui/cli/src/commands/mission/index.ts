import { systemClock } from '@mosaic/contracts/kernel'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { type MissionStatus, missionStatus } from '@mosaic/contracts/mission'
import { Option } from 'commander'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { missionDetails, missionTable } from '../../format/task.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { spentText } from '../../format/budget.ts'
import { budgetOf } from '../budget/budget-of.ts'
import { findMissionId } from './find-mission.ts'
import { registerNew } from './new.ts'

/** Missions: tasks that belong together. */
export const registerMission: Register = (program) => {
  const mission = program.command('mission').description('tasks that belong together, planned and steered as one')
  registerNew(mission)

  mission
    .command('list')
    .description('missions with their progress, newest first')
    .addOption(new Option('--status <status>').choices(missionStatus.options))
    .option('--limit <n>', 'missions at most', '50')
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .action(
      gatewayAction(async ({ client, json }, query: { status?: MissionStatus; limit?: string; cursor?: string }) => {
        const page = await client.call(gatewayRoutes.missions, { query })
        if (json) return printJson(page)
        print(
          page.items.length > 0
            ? missionTable(page.items, systemClock.now())
            : 'Nobody has begun a mission: what was begun alone is shown by "mosaic task list" and "mosaic agent list".',
        )
        if (page.nextCursor) print(pc.dim(`more: --cursor ${page.nextCursor}`))
      }),
    )

  mission
    .command('show <id>')
    .description('one mission, with its tasks')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const id = await findMissionId(client, given)
        const found = await client.call(gatewayRoutes.mission, { params: { id } })
        const { items } = await client.call(gatewayRoutes.tasks, { query: { missionId: id, limit: 200 } })
        if (json) printJson({ ...found, tasks: items.toReversed() })
        else {
          const now = systemClock.now()
          const spent = await budgetOf(client, { kind: 'mission', id })
          const budget = spent && `${spentText(spent, now)} (mosaic budget show --for mission ${id})`
          print(missionDetails(found, items.toReversed(), { now, budget }))
        }
      }),
    )

  const changes = { pause: 'Paused', resume: 'Goes on', cancel: 'Cancelled' } as const
  const routes = {
    pause: gatewayRoutes.pauseMission,
    resume: gatewayRoutes.resumeMission,
    cancel: gatewayRoutes.cancelMission,
  } as const
  const descriptions = {
    pause: 'dispatch none of its tasks any more, and let its agents stand still',
    resume: 'let a paused mission go on',
    cancel: 'cancel its tasks, and end its agents',
  } as const
  for (const verb of ['pause', 'resume', 'cancel'] as const) {
    const command = mission.command(`${verb} <id>`).description(descriptions[verb])
    if (verb !== 'resume') command.option('--reason <text>', 'why, for the record')
    command.action(
      gatewayAction(async ({ client, json }, given: string, { reason }: { reason?: string }) => {
        const params = { id: await findMissionId(client, given) }
        const body = reason === undefined ? {} : { reason }
        const answer = await client.call(routes[verb], { params, body })
        if (json) printJson(answer)
        else print(answer.changed ? `${changes[verb]}.` : 'It stood so already.')
      }),
    )
  }
}
