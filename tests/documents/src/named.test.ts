import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { definitions } from '@mosaic/contracts/messaging'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const all = (text: string, pattern: RegExp) => [...new Set(text.match(pattern))].toSorted()

test('the runbook has every metric that there is, and no other', () => {
  const name = /\bmosaic_[a-z_]+\b/g
  const rows =
    read('docs/runbook.md')
      .match(/^\| `mosaic_\w+` \|/gm)
      ?.join() ?? ''
  expect(all(rows, name)).toEqual(all(read('infra/telemetry/src/metrics.ts'), name))
})

test('events that the pictures of sessions name are events', () => {
  const named = all(read('docs/sessions.md'), /\b(?:Agent|Session|Message|Tool|Operator|Quality)[A-Z]\w+\b/g)
  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((name) => !Object.hasOwn(definitions, name))).toEqual([])
})

test('the architecture left out streams that there are', () => {
  const contracts = globSync('contracts/*/stream*.ts', { cwd: root }).map(read).join()
  const categories = [...contracts.matchAll(/= streamFamily\('(\w+)'\)/g)].map(([, category]) => category)
  const streams = read('docs/architecture.md').split('## Streams')[1]!.split('\n## ')[0]!
  const named = [...streams.matchAll(/`(\w+)-\{(?:id|name|workspaceId)\}`/g)]
  expect(categories.length).toBeGreaterThan(15)
  expect(named.map(([, category]) => category).toSorted()).toEqual(categories.toSorted())
})

test('links between documents lead somewhere', () => {
  for (const file of [
    'README.md',
    'docs/runbook.md',
    'docs/sessions.md',
    'docs/development.md',
    'docs/architecture.md',
  ]) {
    const folder = file.includes('/') ? 'docs' : ''
    for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      expect(() => read(join(folder, target)), `${file} → ${target}`).not.toThrow(/ENOENT/)
    }
  }
})

test('the benchmarks named another bar than the program that measures', () => {
  /** `| \`name\` | ratio | ours | reference | bar |` */
  const rows = read('docs/benchmarks.md')
    .split('\n')
    .map((line) => line.split(' | '))
    .filter((cells) => cells.length === 5)
  for (const file of globSync('tests/bench/src/programs/*.ts', { cwd: root })) {
    const [, bar] = /\bbar: '([^']+)'/.exec(read(file)) ?? []
    const own = rows.filter(([name]) => name === `| \`${basename(file, '.ts')}\``)
    if (bar !== undefined) for (const [name, , , , said] of own) expect(said, name).toContain(bar.replace(',', ';'))
  }
})
