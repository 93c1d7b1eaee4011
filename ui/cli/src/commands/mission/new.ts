import { readFileSync } from 'node:fs'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createMission, type CreateMissionInput } from '@mosaic/contracts/mission'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { taskFieldsOf, taskOptions, type TaskOptions } from '../task/task-options.ts'
import { missionOf } from './mission-file.ts'
import { templateNames, templateText } from './templates.ts'

type NewOptions = TaskOptions & {
  file?: string
  template?: string
  title?: string
  objective?: string
  acceptance?: string[]
  task?: string[]
  sequence?: boolean
}

export const registerNew: Register = (mission) => {
  taskOptions(
    mission
      .command('new')
      .description('begin a mission: of tasks named here, from a YAML file, or from a template')
      .option('--file <path>', 'a YAML file ("-" reads it from standard input)')
      .option('--template <name>', `one of: ${templateNames().join(', ')}`)
      .option('--title <text>', 'how it is called')
      .option('--objective <text>', 'what it is for')
      .option('--acceptance <text...>', 'what has to be true at the end')
      .option('--task <text...>', 'what is to be done, a task each')
      .option('--sequence', 'each task waits for the one before it'),
  ).action(
    gatewayAction(async ({ client, json }, options: NewOptions) => {
      const body = asked(options)
      const began = await showing('looking at the repository', client.call(gatewayRoutes.createMission, { body }))
      if (json) printJson(began)
      else print(`Began ${pc.bold(began.missionId)}\n${pc.dim(`mosaic mission show ${began.missionId}`)}`)
    }),
  )
}

/** What is said on the command line holds for all tasks, and before what file or template say. */
function asked(options: NewOptions): CreateMissionInput {
  const { file, template, title, objective, acceptance, sequence, task } = options
  // A mission's budget is of all its tasks together.
  const { budget, ...fields } = taskFieldsOf(options)
  const said = {
    ...(title !== undefined && { title }),
    ...(objective !== undefined && { objective }),
    ...(acceptance && { acceptance }),
    ...(budget && { budget }),
    ...(sequence && { order: 'sequence' as const }),
  }
  if (file !== undefined && template !== undefined)
    throw usage('A mission comes from a file or from a template, not from both.')
  if (file !== undefined) return missionOf(readFile(file), { name: file, said, fields })
  if (template !== undefined) {
    if (objective === undefined) throw usage('A template needs --objective: what its tasks are about.')
    return missionOf(templateText(template, objective), { name: `template ${template}`, said, fields })
  }
  if (!task || title === undefined) {
    throw usage('A mission needs --title and --task, or --file, or --template with --objective.')
  }
  const tasks = task.map((instructions, index) => ({ key: String(index + 1), instructions, ...fields }))
  const parsed = createMission.safeParse({ objective: title, ...said, tasks })
  if (parsed.success) return parsed.data
  throw usage(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
}

const usage = (message: string) => new CliError(message, { exitCode: exitCodes.usage })

function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      exitCode: exitCodes.usage,
    })
  }
}
