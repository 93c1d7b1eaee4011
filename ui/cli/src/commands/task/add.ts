import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { readText } from '../agent/read-text.ts'
import { findMissionId } from '../mission/find-mission.ts'
import { findTaskId } from './find-task.ts'
import { taskFieldsOf, taskOptions, type TaskOptions } from './task-options.ts'
import { exitCodesHelp, waitForTask } from './wait-for-task.ts'

type AddOptions = TaskOptions & {
  title?: string
  key?: string
  mission?: string
  after?: string[]
  wait?: boolean
}

export const registerAdd: Register = (task) => {
  taskOptions(
    task.command('add <instructions>').description('put a task into the queue ("-" reads it from standard input)'),
  )
    .option('--title <text>', 'how it is called (default: the first line of its instructions)')
    .option('--key <text>', 'what it is called elsewhere')
    .option('--mission <id>', 'mission that it belongs to')
    .option('--after <task...>', 'tasks that have to be completed before')
    .option('--wait', 'wait until it has ended')
    .addHelpText('after', exitCodesHelp)
    .action(
      gatewayAction(async (context, given: string, options: AddOptions) => {
        const { client, json } = context
        const { title, key, mission, after = [], wait } = options
        const body = {
          instructions: given === '-' ? await readText([]) : given,
          ...taskFieldsOf(options),
          ...(title !== undefined && { title }),
          ...(key !== undefined && { externalKey: key }),
          ...(mission !== undefined && { missionId: await findMissionId(client, mission) }),
          dependsOn: await Promise.all(after.map((each) => findTaskId(client, each))),
        }
        const added = await showing('looking at the repository', client.call(gatewayRoutes.addTask, { body }))
        if (wait) return waitForTask(context, added)
        if (json) printJson(added)
        else print(`Added ${pc.bold(added.taskId)}\n${pc.dim(`mosaic task show ${added.taskId}`)}`)
        return undefined
      }),
    )
}
