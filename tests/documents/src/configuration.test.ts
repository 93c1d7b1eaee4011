import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configuration as gateway } from '@mosaic/gateway/configuration'
import { configuration as orchestrator } from '@mosaic/orchestrator/configuration'
import { configuration as projector } from '@mosaic/projector/configuration'
import { configuration as relay } from '@mosaic/relay/configuration'
import { processVariables } from '@mosaic/runtime'
import { configuration as scriptedModel } from '@mosaic/scripted-model/configuration'
import { expect, test } from 'vitest'
import type { z } from 'zod'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const services: Record<string, z.ZodObject> = {
  gateway,
  orchestrator,
  projector,
  relay,
  'scripted-model': scriptedModel,
  'every service': processVariables,
}

type Row = { readonly variable: string; readonly usual: string; readonly readers: readonly string[] }

/** `| \`VARIABLE\` | default | who reads it | meaning |` */
const rows: readonly Row[] = readFileSync(join(root, 'docs/configuration.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, variable, usual, readers] = /^\| `([A-Za-z_]+)` \| (.*?) \| (.*?) \| .+ \|$/.exec(line) ?? []
    if (variable === undefined || usual === undefined || readers === undefined) return []
    return [{ variable, usual, readers: readers.split(', ') }]
  })
const rowOf = (variable: string) => rows.find((row) => row.variable === variable)

/** As the document says it: what holds when the variable is absent, `required`, or nothing. */
function usualOf(schema: z.ZodType): string {
  const absent = schema.safeParse(undefined)
  if (!absent.success) return 'required'
  return absent.data === undefined ? '' : `\`${String(absent.data)}\``
}

const configured = Object.entries(services).flatMap(([service, { shape }]) =>
  Object.entries(shape).map(([variable, schema]) => ({ service, variable, usual: usualOf(schema as z.ZodType) })),
)
/** Another default in each service, or of the machine: the document says which. */
const differs = new Set([
  'MOSAIC_PORT',
  'MOSAIC_INSTANCE_ID',
  'MOSAIC_CONSOLE_DIR',
  'MOSAIC_LIMIT_INSTANCE',
  'HOME',
  'MOSAIC_SERVICE_TOKEN',
])

test.each(configured)('$variable of $service stands in the document', ({ service, variable, usual }) => {
  const row = rowOf(variable)
  expect(row, `${variable} has no row`).toBeDefined()
  expect(row!.readers).toContain(service)
  if (!differs.has(variable)) expect(row!.usual).toBe(usual)
})

test.each(rows)('$variable is read by $readers, and by nobody else', ({ variable, readers }) => {
  const known = Object.keys(services)
  const reading = configured.filter((one) => one.variable === variable).map(({ service }) => service)
  expect(readers.filter((reader) => known.includes(reader)).toSorted()).toEqual(reading.toSorted())
})

/** Programs whose variables are in no schema: the CLI, the tier, the engines that it brings, and the script before them. */
const folders = ['ui/cli/src', 'infra/embedded', 'infra/runtime/src']
const sources = [
  join(root, 'mosaic'),
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        ({ name, parentPath }) =>
          name.endsWith('.ts') && !/\.test\.|node_modules|\/test(\/|$)/.test(`${parentPath}/${name}`),
      )
      .map(({ name, parentPath }) => join(parentPath, name)),
  ),
]

test('every variable that a program names stands in the document', () => {
  const named = sources.flatMap(
    (file) => readFileSync(file, 'utf8').match(/\b(?:MOSAIC|ANTHROPIC)_[A-Z_]*[A-Z]\b/g) ?? [],
  )
  expect([...new Set(named)].filter((variable) => !rowOf(variable))).toEqual([])
})
