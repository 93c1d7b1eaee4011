import { dirname, resolve } from 'node:path'
import { createMission, type CreateMissionInput, missionDefaults } from '@mosaic/contracts/mission'
import { type Document, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { CliError, exitCodes } from '../../cli.ts'
import { absoluteModels } from '../agent/spawn.ts'
import { absoluteRepository } from '../repo/absolute-repository.ts'

type Record_ = Record<string, unknown>
type Given = {
  /** Where it comes from, for messages. */
  readonly name: string
  /** Said beside it, and before what it says. */
  readonly said: Record_
  /** The same for each of its tasks. */
  readonly fields: Record_
}

/** A mission as a YAML file says it; what is wrong there is named with its line. `defaults` hold for all of its tasks. */
export function missionOf(text: string, { name, said, fields }: Given): CreateMissionInput {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = placeIn(document, lines, name)
  const [broken] = document.errors
  if (broken) throw wrong(`${name}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`)
  const { defaults = {}, tasks, ...rest }: Record_ = recordOf(document.toJS() as unknown)
  const common = missionDefaults.safeParse(defaults)
  if (!common.success) throw wrong(faults(common.error, (path) => place(['defaults', ...path])))
  const each = Array.isArray(tasks)
    ? tasks.map((task: unknown) => here({ ...recordOf(defaults), ...recordOf(task), ...fields }, name))
    : tasks
  const parsed = createMission.safeParse({ ...rest, tasks: each, ...said })
  if (!parsed.success) throw wrong(faults(parsed.error, place))
  return parsed.data
}

/** Paths in a file are meant from where the file is. */
function here(task: Record_, name: string): Record_ {
  const { repository, model, models } = task
  const from = (path: string) => (/^\.\.?(?:\/|$)/.test(path) ? resolve(dirname(name), path) : path)
  return {
    ...task,
    ...(typeof repository === 'string' && { repository: absoluteRepository(from(repository)) }),
    ...(typeof model === 'string' && { model: absoluteModels(model) }),
    ...(Array.isArray(models) && {
      models: models.map((one: unknown) => (typeof one === 'string' ? absoluteModels(one) : one)),
    }),
  }
}

const recordOf = (value: unknown): Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record_) : {}

type Path = readonly (string | number)[]

/** The line of what a path leads to, or of the nearest thing around it. */
const placeIn = (document: Document, lines: LineCounter, name: string) => (path: Path) => {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined
    if (node?.range) return `${name}:${lines.linePos(node.range[0]).line}: ${path.join('.')}`
  }
  return `${name}: ${path.join('.')}`
}

const faults = (error: z.ZodError, place: (path: Path) => string): string =>
  error.issues.map(({ path, message }) => `${place(path as Path)}: ${message}`).join('\n')

const wrong = (message: string) => new CliError(message, { exitCode: exitCodes.usage })
