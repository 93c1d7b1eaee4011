import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Commit, GitResult, GitWorkspace, Worktree } from './contract.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import { createGitWorkspace } from './workspace.ts'

let origin: TestRepository
let git: GitWorkspace
const root = () => join(origin.folder, 'git')
const request = (taskId = 't1') => ({
  repository: origin.path,
  baseBranch: 'main',
  branch: `mosaic/work-${taskId}`,
  agentId: 'a1',
  taskId,
})

beforeEach(() => {
  origin = new TestRepository({ 'readme.md': 'hello\n', 'src/one.txt': '1\n2\n3\n' })
  git = createGitWorkspace({ root: root() })
})
afterEach(() => origin[Symbol.dispose]())

function valueOf<T>(result: GitResult<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}
const codeOf = (result: GitResult<unknown>) => (result.ok ? 'ok' : result.error.code)
const worktree = async (taskId = 't1'): Promise<Worktree> => valueOf(await git.createWorktree(request(taskId)))
const pushed = ({ branch }: Worktree) => ({ state: 'pushed', as: branch })
const commit = (work: Worktree, message = 'Work', step = 's1'): Promise<GitResult<Commit>> =>
  git.commit(work, {
    message,
    trailers: { 'Mosaic-Session': 'session-1', 'Mosaic-Step': step },
    idempotencyTrailer: 'Mosaic-Step',
  })

describe('inspectRepository', () => {
  it('answers branch, commit and branches', async () => {
    origin.git('branch', 'other')
    const expected = { branch: 'main', commit: origin.git('rev-parse', 'main'), branches: ['main', 'other'] }
    expect(valueOf(await git.inspectRepository(origin.path))).toEqual(expected)
    expect(valueOf(await git.inspectRepository(`file://${origin.path}`, 'other')).branch).toBe('other')
  })

  it('tells what is wrong', async () => {
    expect(codeOf(await git.inspectRepository(join(origin.folder, 'nothing')))).toBe('REPOSITORY_NOT_FOUND')
    expect(codeOf(await git.inspectRepository(origin.path, 'nope'))).toBe('BRANCH_NOT_FOUND')
    expect(codeOf(await git.inspectRepository(origin.path, '--upload-pack=touch /tmp/x'))).toBe('BRANCH_NAME_INVALID')
    expect(codeOf(await git.inspectRepository('https://127.0.0.1:1/x.git'))).toBe('REPOSITORY_UNREACHABLE')
    expect(codeOf(await git.inspectRepository('ext::sh -c touch% /tmp/x'))).toBe('REPOSITORY_NOT_ALLOWED')
  })
})

describe('createWorktree', () => {
  it('checks the base branch out on a branch of its own', async () => {
    const work = await worktree()
    expect(work.path).toBe(join(root(), 'worktrees', 'agent-a1-t1'))
    expect(work.branch).toBe('mosaic/work-t1')
    expect(work.baseCommit).toBe(origin.git('rev-parse', 'main'))
    expect(readFileSync(join(work.path, 'src/one.txt'), 'utf8')).toBe('1\n2\n3\n')
  })

  it('answers the same worktree again, with what was changed in it', async () => {
    const work = await worktree()
    writeFiles(work.path, { 'new.txt': 'kept' })
    origin.commit('second', { 'readme.md': 'newer\n' })
    expect(await worktree()).toEqual(work)
    expect(existsSync(join(work.path, 'new.txt'))).toBe(true)
  })

  it('sees what has been pushed to the origin since the mirror was made', async () => {
    await worktree()
    const second = origin.commit('second', { 'readme.md': 'newer\n' })
    expect((await worktree('t2')).baseCommit).toBe(second)
  })

  it('starts over after a crash in the middle, and puts a lost folder back', async () => {
    const work = await worktree()
    valueOf(await (writeFiles(work.path, { 'done.txt': 'done' }), commit(work)))
    rmSync(work.path, { recursive: true })
    expect(await worktree()).toEqual(work)
    expect(existsSync(join(work.path, 'done.txt'))).toBe(true)
    mkdirSync(join(root(), 'worktrees', 'agent-a1-t2'), { recursive: true })
    expect((await worktree('t2')).path).toContain('agent-a1-t2')
  })

  it('is refused for a branch that is not there', async () => {
    expect(codeOf(await git.createWorktree({ ...request(), baseBranch: 'nope' }))).toBe('BRANCH_NOT_FOUND')
  })

  it('makes many at once on one mirror', async () => {
    const works = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => worktree(id)))
    expect(new Set(works.map((work) => work.path)).size).toBe(6)
  })
})

describe('commit', () => {
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
    const strict = createGitWorkspace({ root: root(), originHooks: 'own' })
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
})

describe('mergeBranch', () => {
  const merge = (work: Worktree, branch: string) =>
    git.mergeBranch(work, { branch, trailers: { 'Mosaic-Session': 's' } })

  it('merges another agent branch into the worktree and pushes', async () => {
    const [lead, worker] = [await worktree('lead'), await worktree('worker')]
    writeFiles(worker.path, { 'fix.txt': 'fixed\n' })
    valueOf(await commit(worker))
    const merged = valueOf(await merge(lead, worker.branch))
    expect(merged).toMatchObject({ changed: true, push: pushed(lead), merged: worker.branch, files: 1 })
    expect(readFileSync(join(lead.path, 'fix.txt'), 'utf8')).toBe('fixed\n')
    expect(origin.git('rev-parse', lead.branch)).toBe(merged.commit)
    expect(await git.changedFiles(lead)).toEqual([])
    expect(valueOf(await merge(lead, worker.branch))).toMatchObject({ changed: false })
  })

  it('takes an agent’s branch as a person has amended it, not as the mirror had it', async () => {
    const [lead, worker] = [await worktree('lead'), await worktree('worker')]
    writeFiles(worker.path, { 'fix.txt': 'fixed\n' })
    valueOf(await commit(worker))
    origin.git('checkout', '--quiet', worker.branch)
    writeFiles(origin.path, { 'fix.txt': 'fixed well\n' })
    origin.git('commit', '--quiet', '--all', '--amend', '--message', 'Reworded')
    origin.git('checkout', '--quiet', 'main')
    valueOf(await merge(lead, worker.branch))
    expect(readFileSync(join(lead.path, 'fix.txt'), 'utf8')).toBe('fixed well\n')
    const next = valueOf(await git.createWorktree({ ...request('next'), baseBranch: worker.branch }))
    expect(readFileSync(join(next.path, 'fix.txt'), 'utf8')).toBe('fixed well\n')
  })

  it('tells an agent whose branch somebody has changed how to go on, and lets it', async () => {
    const work = await worktree()
    writeFiles(work.path, { 'a.txt': 'a\n' })
    valueOf(await commit(work, 'A', '1'))
    origin.git('checkout', '--quiet', work.branch)
    origin.commit('by hand', { 'c.txt': 'c\n' })
    origin.git('checkout', '--quiet', 'main')
    writeFiles(work.path, { 'b.txt': 'b\n' })
    const refused = valueOf(await commit(work, 'B', '2'))
    expect(refused.push).toMatchObject({ message: expect.stringContaining(`merge_branch ${work.branch}`) })
    expect(valueOf(await merge(work, work.branch))).toMatchObject({ changed: true, push: pushed(work) })
    expect(origin.git('ls-tree', '--name-only', work.branch).split('\n')).toEqual(
      expect.arrayContaining(['a.txt', 'b.txt', 'c.txt']),
    )
  })

  it('changes nothing on conflict and names the files', async () => {
    const [lead, worker] = [await worktree('lead'), await worktree('worker')]
    writeFiles(worker.path, { 'src/one.txt': '1\nzwei\n3\n' })
    valueOf(await commit(worker))
    writeFiles(lead.path, { 'src/one.txt': '1\ndeux\n3\n' })
    valueOf(await commit(lead))
    const refused = await merge(lead, worker.branch)
    expect(refused).toMatchObject({ ok: false, error: { code: 'MERGE_CONFLICT', details: { files: ['src/one.txt'] } } })
    expect(readFileSync(join(lead.path, 'src/one.txt'), 'utf8')).toBe('1\ndeux\n3\n')
  })

  it('is refused over uncommitted work and for a branch that is not there', async () => {
    const [lead, worker] = [await worktree('lead'), await worktree('worker')]
    writeFiles(worker.path, { 'fix.txt': 'fixed\n' })
    valueOf(await commit(worker))
    writeFiles(lead.path, { 'draft.txt': 'draft' })
    expect(codeOf(await merge(lead, worker.branch))).toBe('UNCOMMITTED_CHANGES')
    expect(codeOf(await merge(lead, 'nope'))).toBe('BRANCH_NOT_FOUND')
    expect(codeOf(await merge(lead, '-x'))).toBe('BRANCH_NAME_INVALID')
  })
})

describe('the end of a worktree', () => {
  it('is removed while its branch stays, and what stands there is found', async () => {
    const [kept, removed] = [await worktree('kept'), await worktree('removed')]
    await git.removeWorktree({ agentId: 'a1', taskId: 'removed' })
    expect(existsSync(removed.path)).toBe(false)
    expect(await git.worktrees()).toEqual([{ agentId: 'a1', taskId: 'kept' }])
    const { baseBranch: _, ...found } = kept
    expect(await git.findWorktree({ agentId: 'a1', taskId: 'kept' })).toEqual(found)
    expect(await git.findWorktree({ agentId: 'a1', taskId: 'removed' })).toBeUndefined()
    expect((await worktree('removed')).path).toBe(removed.path)
  })
})

it('has a time limit for a repository that does not answer', async () => {
  const impatient = createGitWorkspace({ root: root(), networkTimeoutMs: 300 })
  const { createServer } = await import('node:net')
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  expect(codeOf(await impatient.inspectRepository(`https://127.0.0.1:${port}/x.git`))).toBe('GIT_TIMEOUT')
  server.close()
})
