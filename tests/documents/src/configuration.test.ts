import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processVariables } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { services as known } from './services.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const services: Record<string, z.ZodObject> = { ...known, 'every service': processVariables }

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
  'MOSAIC_ORCHESTRATOR_URL',
  'MOSAIC_CONSOLE_DIR',
  'MOSAIC_LIMIT_INSTANCE',
  'HOME',
  'MOSAIC_SERVICE_TOKEN',
  'MOSAIC_COORDINATOR_URL',
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
// Not whole packages: the links in their node_modules lead to all the others, round and round.
const engines = readdirSync(join(root, 'infra/embedded')).map((name) => `infra/embedded/${name}/src`)
const folders = ['ui/cli/src', 'infra/runtime/src', ...engines]
const sources = [
  join(root, 'mosaic'),
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(({ name, parentPath }) => name.endsWith('.ts') && !/\.test\.|\/test(\/|$)/.test(`${parentPath}/${name}`))
      .map(({ name, parentPath }) => join(parentPath, name)),
  ),
]

test('every variable that a program names stands in the document', () => {
  const named = sources.flatMap(
    (file) => readFileSync(file, 'utf8').match(/\b(?:MOSAIC|ANTHROPIC)_[A-Z_]*[A-Z]\b/g) ?? [],
  )
  expect([...new Set(named)].filter((variable) => !rowOf(variable))).toEqual([])
})
