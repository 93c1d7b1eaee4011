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

export type FromFile = {
  readonly mission: CreateMissionInput
  /** File, line and name of what a path leads to. */
  readonly place: (path: Path) => string
}

/** A mission as a YAML file says it; all that is wrong there is named with its line. `defaults` hold for all of its tasks. */
export function missionOf(text: string, { name, said, fields }: Given): FromFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = placeIn(document, lines, name)
  const broken = document.errors.map(({ pos, message }) => `${name}:${lines.linePos(pos[0]).line}: ${message}`)
  if (broken.length > 0) throw wrong(broken)
  const { defaults = {}, tasks, ...rest }: Record_ = recordOf(document.toJS() as unknown)
  const common = missionDefaults.safeParse(defaults)
  const badDefaults = faultsOf(common.error)
  // Told once, and not of each task as well.
  const bad = new Set(badDefaults.map(({ path }) => path[0]))
  const sound = Object.fromEntries(Object.entries(recordOf(defaults)).filter(([field]) => !bad.has(field)))
  const each = Array.isArray(tasks)
    ? tasks.map((task: unknown) => here({ ...sound, ...recordOf(task), ...fields }, name))
    : tasks
  const parsed = createMission.safeParse({ ...rest, tasks: each, ...said })
  const faults = [
    ...badDefaults.map(({ path, message }) => ({ path: ['defaults', ...path], message })),
    ...faultsOf(parsed.error).filter(({ path: [, , field] }) => field === undefined || !bad.has(field)),
  ]
  if (!parsed.success || faults.length > 0) throw wrong(faults.map(({ path, message }) => `${place(path)}: ${message}`))
  return { mission: parsed.data, place }
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
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined
    if (node?.range) return `${name}:${lines.linePos(node.range[0]).line}: ${path.join('.')}`
  }
  return `${name}:1: ${path.join('.')}`
}

type Fault = { readonly path: Path; readonly message: string }

/** A field that there is not is named itself, not what it stands in. */
const faultsOf = (error: z.ZodError | undefined): Fault[] =>
  (error?.issues ?? []).flatMap((issue): Fault[] => {
    const path = issue.path as Path
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such field' }))
  })

const wrong = (faults: readonly string[]) => new CliError(faults.join('\n'), { exitCode: exitCodes.usage })
