import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, utimesSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AgentWorktrees, pushed } from '../../test/agent-worktrees.ts'
import { codeOf, valueOf } from '../../test/git-result.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { GitWorkspace } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

let fleet: AgentWorktrees
let origin: TestRepository
let git: GitWorkspace
const request = (taskId?: string) => fleet.request(taskId)
const worktree = (taskId?: string) => fleet.worktree(taskId)
const commit = (...made: Parameters<AgentWorktrees['commit']>) => fleet.commit(...made)

beforeEach(() => {
  fleet = new AgentWorktrees()
  ;({ origin, git } = fleet)
})
afterEach(() => fleet[Symbol.dispose]())

it('commits everything with trailers and pushes the branch to the origin', async () => {
  const work = await worktree()
  writeFiles(work.path, { 'src/one.txt': '1\nzwei\n3\n', 'ünï code.txt': 'x\n' })
  const made = valueOf(await commit(work, 'Translate two'))
  expect(made).toMatchObject({ files: 2, insertions: 2, deletions: 1, push: pushed(work), alreadyMade: false })
  expect(origin.git('rev-parse', work.branch)).toBe(made.commit)
  expect(origin.git('log', '-1', '--format=%s|%an|%(trailers:key=Mosaic-Session,valueonly)', work.branch)).toBe(
    'Translate two|Mosaic|session-1',
  )
  expect(await git.changedFiles(work)).toEqual([])
})

it('sees a file that changes in the second of its checkout and keeps its size', async () => {
  const work = await worktree()
  const file = join(work.path, 'readme.md')
  const { atime, mtime } = statSync(file)
  writeFileSync(file, 'HELLO\n')
  for (const path of [file, join(work.gitPath, 'index')]) utimesSync(path, atime, mtime)
  expect(await git.changedFiles(work)).toEqual(['readme.md'])
  expect(valueOf(await commit(work))).toMatchObject({ files: 1 })
})

it('finds the commit of the same step instead of making another', async () => {
  const work = await worktree()
  writeFiles(work.path, { 'a.txt': 'a' })
  const first = valueOf(await commit(work, 'A', 'step-1'))
  writeFiles(work.path, { 'b.txt': 'b' })
  expect(valueOf(await commit(work, 'A', 'step-1'))).toMatchObject({ commit: first.commit, alreadyMade: true })
  expect(valueOf(await commit(work, 'B', 'step-2')).commit).not.toBe(first.commit)
})

it('has nothing to commit on a clean worktree', async () => {
  expect(codeOf(await commit(await worktree()))).toBe('NOTHING_TO_COMMIT')
})

it('refuses a secret by file and line, without repeating it, and commits once it is gone', async () => {
  const work = await worktree()
  const secret = ['ghp', 'a'.repeat(36)].join('_')
  writeFiles(work.path, { 'src/one.txt': `1\n2\nconst token = "${secret}"\n` })
  const refused = await commit(work)
  expect(refused).toMatchObject({ ok: false, error: { code: 'SECRET_FOUND' } })
  expect(JSON.stringify(refused)).toContain('src/one.txt:3 (GitHub token)')
  expect(JSON.stringify(refused)).not.toContain(secret)
  writeFiles(work.path, { 'src/one.txt': '1\n' })
  expect(codeOf(await commit(work, `with ${secret}`))).toBe('SECRET_FOUND')
  writeFiles(work.path, { [`keys/${secret}.txt`]: 'a name says it as well' })
  const named = await commit(work)
  expect(JSON.stringify(named)).toContain('keys/[redacted: file name]:1 (GitHub token)')
  expect(JSON.stringify(named)).not.toContain(secret)
  rmSync(join(work.path, 'keys'), { recursive: true })
  expect(codeOf(await commit(work))).toBe('ok')
})

it('refuses a commit of build output', async () => {
  const work = await worktree()
  writeFileSync(join(work.path, 'big.bin'), Buffer.alloc(65 * 1024 ** 2, 1))
  expect(codeOf(await commit(work))).toBe('COMMIT_TOO_LARGE')
})

it('keeps the commit and says why where the push is refused', async () => {
  const work = await worktree()
  writeFiles(work.path, { 'a.txt': 'a' })
  valueOf(await commit(work, 'A', '1'))
  origin.git('checkout', '--quiet', work.branch)
  origin.commit('by hand', { 'c.txt': 'c' })
  writeFiles(work.path, { 'b.txt': 'b' })
  expect(valueOf(await commit(work, 'B', '2'))).toMatchObject({ push: { state: 'failed', code: 'PUSH_REJECTED' } })
})

it('says of a refused push what git says of it, and what the other side has said', async () => {
  const strict = createGitWorkspace({ root: fleet.root, originHooks: 'own' })
  const work = valueOf(await strict.createWorktree(request()))
  const hook = join(origin.path, '.git/hooks/pre-receive')
  writeFileSync(hook, '#!/bin/sh\necho "no pushes on a Friday" >&2\nexit 1\n', { mode: 0o755 })
  writeFiles(work.path, { 'a.txt': 'a' })
  const { push } = valueOf(await strict.commit(work, { message: 'A', trailers: {} }))
  const message = 'The push was refused: [remote rejected] (pre-receive hook declined) no pushes on a Friday'
  expect(push).toEqual({ state: 'failed', code: 'PUSH_REJECTED', message })
})

it('pushes later what could not be pushed', async () => {
  const work = await worktree()
  writeFiles(work.path, { 'a.txt': 'a' })
  origin.git('config', 'receive.maxInputSize', '1')
  const refused = valueOf(await commit(work, 'A', '1'))
  expect(refused).toMatchObject({ push: { state: 'failed', code: 'PUSH_REJECTED' } })
  origin.git('config', '--unset', 'receive.maxInputSize')
  expect(valueOf(await commit(work, 'again', '2'))).toMatchObject({ commit: refused.commit, push: pushed(work) })
})

it('names the files that conflict with what the base branch is now', async () => {
  const work = await worktree()
  origin.commit('meanwhile', { 'src/one.txt': '1\nDEUX\n3\n' })
  writeFiles(work.path, { 'src/one.txt': '1\nzwei\n3\n' })
  expect(valueOf(await commit(work)).conflictsWithBase).toEqual(['src/one.txt'])
})

it('never runs what the worktree configures', async () => {
  const work = await worktree()
  const witness = join(origin.folder, 'witness')
  const config = `[core]\n\tfsmonitor = touch ${witness}\n\thooksPath = ${work.path}\n[filter "f"]\n\tclean = touch ${witness}\n`
  writeFiles(work.path, {
    '.gitattributes': '* filter=f\n',
    'pre-commit': `#!/bin/sh\ntouch ${witness}\n`,
    'evil/HEAD': 'ref: refs/heads/main\n',
    'evil/config': config,
    'nested/.git/HEAD': 'ref: refs/heads/main\n',
    'nested/.git/config': config,
    'nested/file': 'x',
  })
  mkdirSync(join(work.path, 'evil/objects'))
  mkdirSync(join(work.path, 'evil/refs'))
  chmodSync(join(work.path, 'pre-commit'), 0o755)
  writeFileSync(join(work.path, '.git'), `gitdir: ${work.path}/evil\n`)
  valueOf(await commit(work))
  await git.changedFiles(work)
  expect(existsSync(witness)).toBe(false)
})

it('commits links, not what they point at, and leaves nested repositories out', async () => {
  const work = await worktree()
  symlinkSync('/etc/passwd', join(work.path, 'link'))
  const nested = new TestRepository()
  const { path } = nested
  writeFiles(work.path, { 'real.txt': 'x' })
  mkdirSync(join(work.path, 'sub'))
  nested.git('clone', '--quiet', path, join(work.path, 'sub'))
  nested[Symbol.dispose]()
  valueOf(await commit(work))
  expect(origin.git('ls-tree', '-r', '--name-only', work.branch).split('\n')).toEqual(
    ['link', 'readme.md', 'real.txt', 'src/one.txt'].sort(),
  )
  expect(origin.git('cat-file', 'blob', `${work.branch}:link`)).toBe('/etc/passwd')
})

it('commits many worktrees of one mirror at once', async () => {
  const works = await Promise.all(['a', 'b', 'c', 'd'].map((id) => worktree(id)))
  const commits = await Promise.all(
    works.map((work) => (writeFiles(work.path, { [`${work.branch}.txt`]: 'x' }), commit(work))),
  )
  expect(commits.map((made) => valueOf(made).push)).toEqual(works.map(pushed))
})
