import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AgentWorktrees } from '../../test/agent-worktrees.ts'
import { valueOf } from '../../test/git-result.ts'
import { writeFiles } from '../../test/user-repository.ts'
import type { AgentSandbox, Worktree } from './contract/index.ts'

let agents: AgentWorktrees
let work: Worktree

beforeEach(async () => {
  agents = new AgentWorktrees()
  work = await agents.worktree()
})
afterEach(() => agents[Symbol.dispose]())

const agent: AgentSandbox = { kind: 'bubblewrap', whileStill: (step) => step() }
const checkpoint = async (revision: number, last: string | null = null) =>
  agents.git.checkpoint(work, { sessionId: 's', revision, last }, agent)
const inMirror = (...args: string[]) =>
  execFileSync('git', [`--git-dir=${work.mirrorPath}`, ...args], { encoding: 'utf8' }).trim()
const refs = () => inMirror('for-each-ref', '--format=%(refname)', 'refs/mosaic/checkpoints')

it('what is not committed is a commit on top of the branch, in the mirror alone', async () => {
  writeFiles(work.path, { 'src/one.txt': '1\n', 'new/file.txt': 'new\n' })
  rmSync(join(work.path, 'readme.md'))
  const made = valueOf(await checkpoint(7))
  expect(made).toMatchObject({ ref: 'refs/mosaic/checkpoints/s/7', files: 3, mirror: work.mirrorPath })
  expect(inMirror('rev-parse', `${made?.ref}`, `${made?.ref}^`)).toBe(`${made?.commit}\n${work.baseCommit}`)
  expect(inMirror('rev-parse', work.branch)).toBe(work.baseCommit)
  expect(inMirror('ls-tree', '-r', '--name-only', `${made?.commit}`)).toBe('new/file.txt\nsrc/one.txt')
  expect(agents.origin.git('for-each-ref', 'refs/mosaic')).toBe('')
})

it('where nothing has changed since the last one, or since the branch, none is made', async () => {
  expect(valueOf(await checkpoint(1))).toBeNull()
  writeFiles(work.path, { 'a.txt': 'a\n' })
  const first = valueOf(await checkpoint(2))
  expect(valueOf(await checkpoint(3, first?.commit))).toBeNull()
  expect(refs()).toBe('refs/mosaic/checkpoints/s/2')
})

it('changes that are taken back are a checkpoint too, and what is committed is none', async () => {
  writeFiles(work.path, { 'a.txt': 'a\n' })
  const first = valueOf(await checkpoint(1))
  rmSync(join(work.path, 'a.txt'))
  const second = valueOf(await checkpoint(2, first?.commit))
  expect(second).toMatchObject({ files: 0 })
  writeFiles(work.path, { 'a.txt': 'a\n' })
  const third = valueOf(await checkpoint(3, second?.commit))
  valueOf(await agents.commit(work))
  expect(valueOf(await checkpoint(4, third?.commit))).toBeNull()
})

it('one that has gone from the mirror is as none', async () => {
  writeFiles(work.path, { 'a.txt': 'a\n' })
  expect(valueOf(await checkpoint(1, 'a'.repeat(40)))).toMatchObject({ files: 1 })
})

it('a secret in it is nobody’s reason to lose the rest, and stays on this machine', async () => {
  const secret = ['ghp', 'a'.repeat(36)].join('_')
  writeFiles(work.path, { 'key.txt': `${secret}\n` })
  const made = valueOf(await checkpoint(1))
  expect(inMirror('show', `${made?.ref}:key.txt`)).toBe(secret)
})

it('too much is refused by its size, before any of it is read', async () => {
  writeFileSync(join(work.path, 'big.bin'), '')
  truncateSync(join(work.path, 'big.bin'), 1024 ** 4)
  expect(await checkpoint(1)).toMatchObject({ ok: false, error: { code: 'COMMIT_TOO_LARGE' } })
  expect(refs()).toBe('')
})

it('what git cannot take is refused by its code, and nothing is half done', async () => {
  writeFiles(work.path, { 'a.txt': 'a\n' })
  execFileSync('sh', ['-c', 'mkfifo .gitignore'], { cwd: work.path })
  expect(await checkpoint(1)).toMatchObject({ ok: false, error: { code: 'STAGING_FAILED' } })
  expect(refs()).toBe('')
  expect(inMirror('fsck', '--strict', '--no-dangling')).toBe('')
})

it('a quick look sees a file that is written, taken away, or given another name, and nothing where nothing is', async () => {
  const changedBy = async (change: () => void) => {
    const since = Date.now()
    // The kernel dates files by a clock that lags behind.
    await eventually('the clock of the file system to be past that', () => {
      writeFileSync(clock, '')
      return statSync(clock).ctimeMs > since
    })
    change()
    return agents.git.hasChangedSince(work, since)
  }
  const file = join(work.path, 'src/one.txt')
  const clock = join(dirname(work.path), 'clock')
  expect(await changedBy(() => undefined)).toBe(false)
  expect(await changedBy(() => writeFileSync(file, 'x'))).toBe(true)
  expect(await changedBy(() => utimesSync(file, 0, 0))).toBe(true)
  expect(await changedBy(() => renameSync(file, `${file}.old`))).toBe(true)
  expect(await changedBy(() => rmSync(`${file}.old`))).toBe(true)
})
