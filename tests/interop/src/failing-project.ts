import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { git } from '@mosaic/e2e/repositories'

const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}\n',
  'sum.js': 'export const sum = (a, b) => a - b\n',
  'sum.test.js': `import assert from 'node:assert'
import test from 'node:test'
import { sum } from './sum.js'

test('sum', () => assert.equal(sum(1, 2), 3))
`,
}

/** A repository whose only test fails. */
export function failingProject(folder: string): string {
  const path = mkdtempSync(join(folder, 'project-'))
  git(path, 'init', '--quiet', '--initial-branch', 'main')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  git(path, 'add', '--all')
  git(path, 'commit', '--quiet', '--message', 'A sum that subtracts')
  return path
}
