import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { TestRepository } from '../../test/user-repository.ts'
import { createGitWorkspace } from '../git/index.ts'
import { readInstructions } from './read-instructions.ts'

const root = mkdtempSync(join(tmpdir(), 'mosaic-instructions-'))
const git = createGitWorkspace({ root })
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function instructions(files: Readonly<Record<string, string>>, workdir = '.') {
  using repository = new TestRepository(files)
  const snapshot = await git.snapshot(repository.path, { branch: 'main' })
  if (!snapshot.ok) throw new Error(snapshot.error.message)
  return readInstructions(snapshot.value, workdir)
}

test('files for agents of any maker are read, of the root and of the working folder; what two say alike, once', async () => {
  const files = {
    'AGENTS.md': 'Use tabs.\n',
    'CLAUDE.md': 'Use tabs.\n',
    '.github/copilot-instructions.md': 'Be brief.\n',
    'app/AGENTS.md': 'Run `make app`.\n',
    'other/AGENTS.md': 'Not here.\n',
  }
  expect(await instructions(files, 'app')).toEqual([
    { path: '.github/copilot-instructions.md', text: 'Be brief.' },
    { path: 'AGENTS.md', text: 'Use tabs.' },
    { path: 'app/AGENTS.md', text: 'Run `make app`.' },
  ])
})

test('a long file is told from its beginning, with how much is left out; a huge one not at all', async () => {
  const [long] = await instructions({ 'AGENTS.md': 'x'.repeat(30_000), 'CLAUDE.md': 'y'.repeat(2 * 1024 ** 2) })
  expect(long?.text).toMatch(/^x{24000}\n\[… 6000 more characters: read the file\]$/)
})

test('a blank file says nothing', async () => {
  expect(await instructions({ 'AGENTS.md': ' \n' })).toEqual([])
})
