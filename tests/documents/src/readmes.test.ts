import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { serviceNames, services } from './services.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

const manifest = z.object({ name: z.string(), dependencies: z.record(z.string(), z.string()).default({}) })
const packages = globSync(
  ['contracts', '{infra,projections,services,tests,ui}/*', 'infra/embedded/*'].map(
    (folder) => `${folder}/package.json`,
  ),
  { cwd: root },
).map((file) => ({ folder: dirname(file), ...manifest.parse(JSON.parse(read(file))) }))
const folderOf = new Map(packages.map(({ name, folder }) => [name, folder]))

/** The sentence in which a README says what its package may import, if it says so. */
const mayImport = (readme: string) => /\bmay import\b((?:.|\n)*?)(?:\.\s|\n\n|$)/i.exec(readme)?.[1]

/** By its name, by its group's, or as one of all but some groups. */
function isNamed(dependency: string, said: string): boolean {
  const folder = folderOf.get(dependency)!
  const [group = ''] = folder.split('/')
  const [, but] = /anything but (.*)/.exec(said) ?? []
  const words = new Set(said.match(/[a-z0-9-]+/g))
  if (but !== undefined && !but.includes(group)) return true
  return words.has(folder.split('/').at(-1)!) || words.has(dependency.split('/').at(-1)!) || words.has(group)
}

test.each(packages.map(({ folder, dependencies }) => [folder, dependencies] as const))(
  'the README of %s left out what it imports',
  (folder, dependencies) => {
    const said = mayImport(read(`${folder}/README.md`))
    if (said === undefined) return
    const own = Object.keys(dependencies).filter((name) => folderOf.has(name))
    expect(own.filter((name) => !isNamed(name, said))).toEqual([])
  },
)

test.each(serviceNames)('the README of %s left out variables without which it does not start alone', (name) => {
  const folder = name === 'projector' ? 'projections/projector' : `services/${name}`
  const needed = services[name].safeParse({}).error?.issues.map(({ path }) => String(path[0])) ?? []
  const readme = read(`${folder}/README.md`)
  expect(needed.filter((variable) => !readme.includes(variable))).toEqual([])
})

test('a README is longer than what one reads before one begins', () => {
  const lines = (folder: string) => read(`${folder}/README.md`).trimEnd().split('\n').length
  expect(packages.map(({ folder }) => [folder, lines(folder)]).filter(([, length]) => Number(length) > 30)).toEqual([])
})
