import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { presentIn } from '@mosaic/local-tier'
import { expect, test } from 'vitest'

const services = fileURLToPath(new URL('../../../services', import.meta.url))

/** Names that services give to what they make in the data folder: `join(config.MOSAIC_DATA_DIR, 'name')`. */
const made = readdirSync(services)
  // Not the packages' node_modules: their links lead to all the others.
  .flatMap((service) => readdirSync(join(services, service, 'src'), { recursive: true, withFileTypes: true }))
  .filter(({ name }) => name.endsWith('.ts') && !name.includes('.test.'))
  .flatMap(({ name, parentPath }) => readFileSync(join(parentPath, name), 'utf8').match(/DATA_DIR, '[a-z.-]+'/g) ?? [])
  .map((found) => found.slice("DATA_DIR, '".length, -1))

test('a reset left behind what a service had learnt to make since', () => {
  expect(made).toContain('kills')
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-reset-'))
  try {
    for (const name of made) mkdirSync(join(folder, name), { recursive: true })
    expect(presentIn(folder).toSorted()).toEqual([...new Set(made)].toSorted())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
