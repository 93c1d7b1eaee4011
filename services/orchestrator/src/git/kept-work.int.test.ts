import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { valueOf } from '../../test/git-result.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { GitWorkspace, Worktree } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

const ref = 'refs/mosaic/wip/a'
let origin: TestRepository
let git: GitWorkspace
let work: Worktree

beforeEach(async () => {
  origin = new TestRepository({ 'readme.md': 'hello\n', 'old.txt': 'old\n' })
  git = createGitWorkspace({ root: join(origin.folder, 'git') })
  work = valueOf(
    await git.createWorktree({
      repository: origin.path,
      baseBranch: 'main',
      branch: 'mosaic/agent-a-t',
      agentId: 'a',
      taskId: 't',
    }),
  )
})
afterEach(() => origin[Symbol.dispose]())

const keep = () => git.keepUncommitted(work, { sessionId: 'a', trailers: { 'Mosaic-Session': 'a' }, push: true })
const inMirror = (...args: string[]) =>
  execFileSync('git', [`--git-dir=${work.mirrorPath}`, ...args], { encoding: 'utf8' }).trim()

it('what is not committed becomes a commit beside the branch, at origin too', async () => {
  writeFiles(work.path, { 'a.txt': 'a\n' })
  const made = valueOf(await git.commit(work, { message: 'A', trailers: {} }))
  writeFiles(work.path, { 'a.txt': 'a\nb\n', 'new/file.txt': 'new\n' })
  rmSync(join(work.path, 'old.txt'))
  const { work: kept } = valueOf(await keep())
  expect(kept).toMatchObject({ ref, files: 3, insertions: 2, deletions: 1, push: { state: 'pushed', as: ref } })
  expect(origin.git('rev-parse', ref, `${ref}^`, work.branch)).toBe([kept?.commit, made.commit, made.commit].join('\n'))
  expect(origin.git('show', `${ref}:new/file.txt`)).toBe('new')
  expect(origin.git('branch', '--list').split('\n')).toHaveLength(2)
})

it('where everything is committed there is nothing to keep', async () => {
  expect(valueOf(await keep())).toEqual({ work: null, leftOut: [] })
  expect(inMirror('for-each-ref', 'refs/mosaic/wip')).toBe('')
})

it('kept again after a crash it is the same commit', async () => {
  writeFiles(work.path, { 'a.txt': 'a\n' })
  const first = valueOf(await keep())
  expect(valueOf(await keep())).toEqual(first)
})

it('what holds a secret stays on this machine', async () => {
  const secret = ['ghp', 'a'.repeat(36)].join('_')
  writeFiles(work.path, { 'key.txt': `${secret}\n` })
  const { work: kept } = valueOf(await keep())
  expect(kept?.push).toMatchObject({ state: 'failed', code: 'SECRET_FOUND' })
  expect(JSON.stringify(kept)).toContain('key.txt:1 (GitHub token)')
  expect(JSON.stringify(kept)).not.toContain(secret)
  expect(inMirror('show', `${ref}:key.txt`)).toBe(secret)
  expect(() => origin.git('rev-parse', '--verify', '--quiet', ref)).toThrow()
})

it('what is too large for a commit was left in the worktree; it is kept, on this machine', async () => {
  const big = randomBytes(70 * 1024 ** 2)
  writeFileSync(join(work.path, 'big.bin'), big)
  const { work: kept } = valueOf(await keep())
  expect(kept).toMatchObject({ files: 1, push: { state: 'failed', code: 'COMMIT_TOO_LARGE' } })
  expect(inMirror('cat-file', '-s', `${ref}:big.bin`)).toBe(String(big.length))
  const branch = { ...work, agentId: 'a', taskId: 't', allowed: [] }
  expect(valueOf(await git.pushKept(branch))).toEqual({ commit: kept?.commit, push: kept?.push })
})

it('more than is to be kept is refused by its size, before any of it is written', async () => {
  writeFileSync(join(work.path, 'small.txt'), 'x\n')
  writeFileSync(join(work.path, 'big.bin'), '')
  truncateSync(join(work.path, 'big.bin'), 1024 ** 4)
  const careful = createGitWorkspace({ root: join(origin.folder, 'git'), mostKeptBytes: 1024 ** 2 })
  const refused = await careful.keepUncommitted(work, { sessionId: 'a', trailers: {}, push: true })
  expect(refused).toMatchObject({ error: { code: 'COMMIT_TOO_LARGE', message: expect.stringContaining('1 MB') } })
})

it('without its origin it is kept in the mirror, and says why no more', async () => {
  writeFiles(work.path, { 'a.txt': 'a\n' })
  renameSync(origin.path, `${origin.path}-gone`)
  expect(await git.findWorktree({ agentId: 'a', taskId: 't' })).toMatchObject({ path: work.path })
  const { work: kept } = valueOf(await keep())
  expect(kept?.push).toMatchObject({ state: 'failed', code: 'REPOSITORY_NOT_FOUND' })
  expect(inMirror('rev-parse', ref)).toBe(kept?.commit)
  expect(kept?.mirror).toBe(work.mirrorPath)
})

it('a repository in the worktree is named: it is no part of the commit, nor of any other', async () => {
  using nested = new TestRepository()
  writeFiles(work.path, { 'a.txt': 'a\n' })
  nested.git('clone', '--quiet', nested.path, join(work.path, 'nested'))
  expect(valueOf(await keep())).toMatchObject({ work: { files: 1 }, leftOut: ['nested/'] })
})

it('what git cannot take is refused by name, and nothing is touched', async () => {
  writeFiles(work.path, { 'a.txt': 'a\n' })
  execFileSync('sh', ['-c', 'mkfifo .gitignore'], { cwd: work.path })
  expect(await keep()).toMatchObject({ ok: false, error: { code: 'STAGING_FAILED' } })
  expect(existsSync(join(work.path, 'a.txt'))).toBe(true)
})

it('a worktree whose mirror is gone is not taken for one that holds nothing', async () => {
  renameSync(work.mirrorPath, `${work.mirrorPath}.gone`)
  await expect(git.findWorktree({ agentId: 'a', taskId: 't' })).rejects.toThrow('reading the base')
})

it('what a crash had left on its way into the mirror stayed for ever', async () => {
  const incoming = join(origin.folder, 'git/incoming')
  const [old, young] = [join(incoming, 'objects-old'), join(incoming, 'objects-young')]
  for (const folder of [old, young]) mkdirSync(join(folder, 'pack'), { recursive: true })
  utimesSync(old, new Date(0), new Date(0))
  await git.removeUnfinished()
  expect(readdirSync(incoming)).toEqual(['objects-young'])
})

it('a lock of a git that was cut off, and the git folder of a worktree that was half removed, stayed for ever', async () => {
  const [stale, fresh] = ['packed-refs.lock', 'HEAD.lock'].map((name) => join(work.mirrorPath, name))
  writeFiles(work.mirrorPath, { 'packed-refs.lock': '', 'HEAD.lock': '' })
  const gitFolders = join(origin.folder, 'git/worktree-git')
  const [widowed, inUse] = [join(gitFolders, 'agent-gone-t'), work.gitPath]
  mkdirSync(widowed)
  for (const path of [stale!, widowed, inUse]) utimesSync(path, new Date(0), new Date(0))
  await git.removeUnfinished()
  expect([stale!, fresh!, widowed, inUse].map((path) => existsSync(path))).toEqual([false, true, false, true])
})
