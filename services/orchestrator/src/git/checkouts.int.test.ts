import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import { createGitWorkspace } from './workspace.ts'

const root = mkdtempSync(join(tmpdir(), 'mosaic-checkouts-'))
const home = mkdtempSync(join(tmpdir(), 'mosaic-home-'))
const git = createGitWorkspace({ root, home })
let repository: TestRepository

afterAll(() => {
  for (const folder of [root, home]) rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  repository = new TestRepository({ 'a.txt': 'one\ntwo\n', 'b.txt': 'b\n' })
  return () => repository[Symbol.dispose]()
})

const look = async () => {
  const looked = await git.lookAtCheckout(repository.path)
  if (!looked.ok) throw new Error(looked.error.message)
  return looked.value
}
const take = () => git.takeChanges(repository.path)

test('a clean checkout has no changes, and there is nothing to take', async () => {
  expect(await look()).toEqual({ branch: 'main', files: 0, insertions: 0, deletions: 0 })
  expect(await take()).toEqual({ ok: true, value: null })
})

test('what is changed, new, staged and gone is counted and taken, on top of what is checked out; the checkout stays as it is', async () => {
  writeFiles(repository.path, { 'a.txt': 'one\nthree\n', 'new/file.txt': 'new\n', 'staged.txt': 'staged\n' })
  repository.git('add', 'staged.txt')
  unlinkSync(join(repository.path, 'b.txt'))
  const before = repository.git('status', '--porcelain')
  expect(await look()).toEqual({ branch: 'main', files: 4, insertions: 3, deletions: 2 })
  const taken = await take()
  if (!taken.ok || !taken.value) throw new Error('nothing was taken')
  const { commit } = taken.value
  const snapshot = await git.snapshot(repository.path, { branch: 'main', commit })
  if (!snapshot.ok) throw new Error(snapshot.error.message)
  expect((await snapshot.value.files()).map(({ path }) => path)).toEqual(['a.txt', 'new/file.txt', 'staged.txt'])
  expect(repository.git('status', '--porcelain')).toBe(before)

  const made = await git.createWorktree({
    repository: repository.path,
    baseBranch: 'main',
    branch: 'mosaic/taken',
    from: commit,
    agentId: 'a',
    taskId: 't',
  })
  expect(made).toMatchObject({ ok: true, value: { baseCommit: commit } })
  if (made.ok) expect(existsSync(join(made.value.path, 'new/file.txt'))).toBe(true)
})

test('what the person has git ignore is not taken: by .gitignore, by the checkout’s own list, by the person’s', async () => {
  mkdirSync(join(home, '.config/git'), { recursive: true })
  writeFileSync(join(home, '.config/git/ignore'), '*.mine\n')
  writeFileSync(join(repository.path, '.git/info/exclude'), '*.ours\n')
  repository.commit('ignoring', { '.gitignore': '*.theirs\n' })
  writeFiles(repository.path, { 'x.mine': '', 'x.ours': '', 'x.theirs': '' })
  expect(await look()).toMatchObject({ files: 0 })
})

test('no program that a checkout names runs while it is looked at', async () => {
  const canary = join(repository.folder, 'canary')
  repository.commit('filtered', { '.gitattributes': '* filter=x diff=x\n' })
  for (const key of ['core.fsmonitor', 'filter.x.clean', 'filter.x.process', 'diff.x.textconv', 'core.hooksPath'])
    repository.git('config', key, `touch ${canary}`)
  writeFiles(repository.path, { 'a.txt': 'changed\n' })
  symlinkSync('/etc/passwd', join(repository.path, 'link'))
  expect(await look()).toMatchObject({ files: 2 })
  expect((await take()).ok).toBe(true)
  expect(existsSync(canary)).toBe(false)
})

test('a secret is not taken along', async () => {
  writeFiles(repository.path, { '.env': `TOKEN=ghp_${'a1B2'.repeat(9)}\n` })
  expect(await take()).toMatchObject({ ok: false, error: { code: 'SECRET_FOUND' } })
})

test('what is no checkout has no changes to tell of', async () => {
  repository.git('clone', '--quiet', '--bare', '.', '../bare')
  expect(await git.lookAtCheckout(join(repository.folder, 'bare'))).toEqual({ ok: true, value: null })
})

test('on no branch, that is said', async () => {
  repository.git('checkout', '--quiet', '--detach')
  writeFiles(repository.path, { 'a.txt': 'changed\n' })
  expect(await look()).toMatchObject({ branch: null, files: 1 })
})
