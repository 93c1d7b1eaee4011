import { readFileSync } from 'node:fs'
import { ProblemError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createMission } from '@mosaic/contracts/mission'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { taskFieldsOf, taskOptions, type TaskOptions } from '../task/task-options.ts'
import { type FromFile, missionOf } from './mission-file.ts'
import { templateNames, templateText } from './templates.ts'
import { waitForMission } from './wait-for-mission.ts'

type NewOptions = TaskOptions & {
  file?: string
  template?: string
  title?: string
  objective?: string
  acceptance?: string[]
  task?: string[]
  sequence?: boolean
  wait?: boolean
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
      .option('--sequence', 'each task waits for the one before it')
      .option('--wait', 'wait until it has ended, and say on stderr which of its tasks wait for you')
      .addHelpText('after', '\nExit codes: 0 begun, or completed with --wait; 1 failed or cancelled; 4 refused.'),
  ).action(
    gatewayAction(async (context, options: NewOptions) => {
      const { client, json } = context
      const { mission: body, place } = asked(options)
      const beginning = client.call(gatewayRoutes.createMission, { body }).catch((error: unknown) => {
        throw placed(error, place)
      })
      const began = await showing('looking at the repository', beginning)
      if (options.wait) return waitForMission(context, began)
      if (json) printJson(began)
      else print(`Began ${pc.bold(began.missionId)}\n${pc.dim(`mosaic mission show ${began.missionId}`)}`)
      return undefined
    }),
  )
}

/** What is said on the command line holds for all tasks, and before what file or template say. */
function asked(options: NewOptions): Pick<FromFile, 'mission'> & Partial<FromFile> {
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
  if (parsed.success) return { mission: parsed.data }
  throw usage(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
}

/** What the gateway does not take, by file and line as well. */
export function placed(error: unknown, place: FromFile['place'] | undefined): unknown {
  const fields = error instanceof ProblemError && place ? Object.entries(error.fields) : []
  if (!(error instanceof ProblemError) || !place || fields.length === 0) return error
  const pathOf = (field: string) => field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  const lines = fields.map(([field, message]) => `${place(pathOf(field))}: ${message}`)
  return new CliError(`${error.code}: ${lines.join('\n')}`, { exitCode: exitCodes.refused, cause: error })
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
