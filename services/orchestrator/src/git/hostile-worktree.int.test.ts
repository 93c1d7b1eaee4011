import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OneShot } from '../sandbox/contract.ts'
import { confinement, sandboxProviders } from '../sandbox/index.ts'
import { HostileRepository } from '../../test/hostile-repository.ts'
import { codeOf } from '../../test/git-result.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { GitWorkspace, Worktree } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

let origin: TestRepository
let git: GitWorkspace
let work: Worktree
const canary = () => join(origin.folder, 'canary')
const root = () => join(origin.folder, 'git')

beforeEach(async () => {
  origin = new TestRepository({ 'readme.md': 'hello\n', 'src/one.txt': '1\n2\n3\n' })
  git = createGitWorkspace({ root: root() })
  work = await worktree('t')
})
afterEach(() => origin[Symbol.dispose]())

async function worktree(taskId: string, workspace = git): Promise<Worktree> {
  const made = await workspace.createWorktree({
    repository: origin.path,
    baseBranch: 'main',
    branch: `mosaic/agent-a-${taskId}`,
    agentId: 'a',
    taskId,
  })
  if (!made.ok) throw new Error(made.error.message)
  return made.value
}
const commit = (workspace = git) => workspace.commit(work, { message: 'Work', trailers: {} })
const inMirror = (...args: string[]) =>
  execFileSync('git', [`--git-dir=${work.mirrorPath}`, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
const files = () => origin.git('ls-tree', '-r', '-z', '--name-only', work.branch).split('\0').filter(Boolean)

/** Everything that has git look at the worktree; answers what commit said. */
async function everything(): Promise<string> {
  const said = codeOf(await commit())
  await git.changedFiles(work)
  const other = await worktree('other')
  writeFiles(other.path, { 'other.txt': 'x' })
  await git.commit(other, { message: 'Other', trailers: {} })
  await git.mergeBranch(work, { branch: other.branch, trailers: {} })
  await commit()
  writeFiles(work.path, { 'late.txt': 'x' })
  await git.keepUncommitted(work, { sessionId: 'a', trailers: {}, push: true })
  await git.removeWorktree({ agentId: 'a', taskId: work.path.replace(/.*\/agent-a-/, '') })
  return said
}

describe('nothing of the agent’s runs outside:', () => {
  const touch = () => `touch ${canary()}; cat`

  it('filters of a repository in a submodule’s folder', async () => {
    using library = new TestRepository()
    origin.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'sub')
    const link = (origin.git('commit', '--quiet', '--message', 'sub'), origin.git('rev-parse', 'HEAD:sub'))
    work = await worktree('with-submodule')
    const nested = new HostileRepository(join(work.path, 'sub'))
    nested.commit({ 'f.txt': 'aaaa\n' })
    nested.configure({ 'filter.e.clean': touch(), 'filter.e.process': touch() })
    writeFiles(nested.path, { 'f.txt': 'bbbb\n', '.gitattributes': '* filter=e\n' })
    writeFileSync(join(nested.path, '.git/HEAD'), `${link}\n`)
    writeFiles(work.path, { 'readme.md': 'changed\n' })
    expect(await everything()).toBe('ok')
    expect(existsSync(canary())).toBe(false)
  })

  it('monitors, hooks, drivers, aliases, includes and pagers of nested repositories', async () => {
    for (const path of ['nested', 'deep/er/nested']) {
      const nested = new HostileRepository(join(work.path, path))
      nested.commit({ 'a.txt': 'a\n' })
      nested.everyProgram(canary())
      writeFiles(nested.path, { 'a.txt': 'b\n', '.gitattributes': '* filter=e diff=e merge=e\n' })
    }
    writeFiles(work.path, { '.gitattributes': '* filter=e diff=e merge=e\n', 'readme.md': 'changed\n' })
    expect(await everything()).toBe('ok')
    expect(existsSync(canary())).toBe(false)
  })

  it('a .git that was replaced by a folder, a file or a link', async () => {
    const hostile = new HostileRepository(join(work.path, 'own'))
    hostile.commit({ 'a.txt': 'a\n' })
    hostile.everyProgram(canary())
    for (const replace of [
      (path: string) => writeFileSync(path, 'gitdir: own/.git\n'),
      (path: string) => symlinkSync('own/.git', path),
      (path: string) => renameSync(join(work.path, 'own/.git'), path),
    ]) {
      rmSync(join(work.path, '.git'), { recursive: true })
      replace(join(work.path, '.git'))
      writeFiles(work.path, { 'readme.md': `${replace}\n` })
      expect(codeOf(await commit())).toBe('ok')
    }
    expect(await everything()).toBe('NOTHING_TO_COMMIT')
    expect(existsSync(canary())).toBe(false)
  })

  it('a worktree that looks like a bare repository', async () => {
    const hostile = new HostileRepository(join(work.path, 'own'))
    hostile.commit({ 'a.txt': 'a\n' })
    hostile.everyProgram(canary())
    for (const name of readdirSync(join(hostile.path, '.git')))
      renameSync(join(hostile.path, '.git', name), join(work.path, name))
    expect(await everything()).toBe('ok')
    expect(existsSync(canary())).toBe(false)
  })
})

describe('what git is made to do', () => {
  it('names with newlines, quotes and leading dashes survive', async () => {
    const names = ['-rf', '--upload-pack=touch x', 'a\nb', 'q"uote', "it's", ':(exclude)x', '$(touch y)', 'tab\tin']
    writeFiles(work.path, Object.fromEntries(names.map((name) => [name, name])))
    new HostileRepository(join(work.path, 'nes\nted "x"')).commit({ 'a.txt': 'a' })
    expect(codeOf(await commit())).toBe('ok')
    expect(files().toSorted()).toEqual(['readme.md', 'src/one.txt', ...names].toSorted())
    expect(await git.changedFiles(work)).toEqual(['nes\nted "x"/'])
  })

  it('a pipe where git expects a file is named in seconds', async () => {
    mkdirSync(join(work.path, 'pipes'))
    execFileSync('sh', ['-c', 'mkfifo pipes/.gitignore'], { cwd: work.path })
    expect(await commit()).toMatchObject({
      error: { code: 'STAGING_FAILED', message: expect.stringContaining('./pipes/.gitignore is a pipe') },
    })
  })

  it('a pipe in the place of .gitattributes kept git waiting for as long as it may, whatever was done', async () => {
    writeFiles(work.path, { 'src/one.txt': 'changed' })
    execFileSync('sh', ['-c', 'mkfifo .gitattributes'], { cwd: work.path })
    const named = { error: { message: expect.stringContaining('./.gitattributes is a pipe') } }
    expect(await git.keepUncommitted(work, { sessionId: 'a', trailers: {}, push: true })).toMatchObject(named)
    expect(await commit()).toMatchObject(named)
    await expect(git.changedFiles(work)).rejects.toThrow('./.gitattributes is a pipe')
  })

  it('links that a running process swaps in lead git to no file of the host', async () => {
    const secret = join(origin.folder, 'secret')
    writeFiles(secret, { 'key.txt': 'of the host' })
    writeFiles(work.path, { 'swap/key.txt': 'of the agent' })
    const script = `while :; do mv -T swap aside; ln -s ${secret} swap; rm swap; mv -T aside swap; done`
    const { spawn } = await import('node:child_process')
    const swapping = spawn('sh', ['-c', script], { cwd: work.path, stdio: 'ignore' })
    for (let round = 0; round < 5; round += 1) {
      writeFiles(work.path, { 'round.txt': `${round}` })
      await commit()
    }
    swapping.kill('SIGKILL')
    const blobs = inMirror('cat-file', '--batch-all-objects', '--batch')
    expect(blobs).toContain('hello')
    expect(blobs).not.toContain('of the host')
  })

  it('a folder named .gitattributes is refused before it makes the branch unpushable', async () => {
    writeFiles(work.path, { '.gitattributes/x': 'x' })
    expect(await commit()).toMatchObject({
      error: { code: 'COMMIT_INVALID', message: expect.stringContaining('.gitattributes') },
    })
    rmSync(join(work.path, '.gitattributes'), { recursive: true })
    writeFiles(work.path, { 'fine.txt': 'x' })
    expect(await commit()).toMatchObject({ ok: true, value: { push: { state: 'pushed' } } })
  })

  it('a refused commit leaves nothing in the mirror, where other agents could read it', async () => {
    const before = inMirror('count-objects')
    writeFiles(work.path, { 'key.txt': `${['ghp', 'a'.repeat(36)].join('_')}\n` })
    expect(codeOf(await commit())).toBe('SECRET_FOUND')
    writeFileSync(join(work.path, 'big.bin'), Buffer.alloc(70 * 1024 ** 2, 1))
    expect(codeOf(await commit())).toBe('COMMIT_TOO_LARGE')
    expect(inMirror('count-objects')).toBe(before)
    expect(readdirSync(join(root(), 'incoming'))).toEqual([])
  })
})

describe('a git sandbox that lies', () => {
  /** What says `script` instead of ours, as if a program in there had taken git over. */
  const lying = (script: string) => {
    const confine = confinement(sandboxProviders())
    return createGitWorkspace({ root: root(), confine: (program: OneShot) => confine({ ...program, script }) })
  }
  const header =
    'mkdir -p $TMPDIR/o/info && echo $MIRROR/objects >$TMPDIR/o/info/alternates && export GIT_OBJECT_DIRECTORY=$TMPDIR/o'

  it.each([
    ['a tree that is not there', `echo tree ${'a'.repeat(40)}`, 'COMMIT_INVALID'],
    ['no tree at all', 'echo something else', 'STAGING_FAILED'],
    [
      'a tree with a hole',
      `${header}; blob=$(echo x | git hash-object -w --stdin)
       tree=$(printf '100644 blob %s\\tx' $blob | git mktree); echo tree $tree; echo $tree | git pack-objects --stdout -q`,
      'COMMIT_INVALID',
    ],
    [
      'a tree with a repository in it',
      `${header}; tree=$(printf '160000 commit %s\\tx' $TIP | git mktree); echo tree $tree; echo $tree | git pack-objects --stdout -q`,
      'COMMIT_INVALID',
    ],
    [
      'a tree with a .git in it',
      `${header}; blob=$(echo x | git hash-object -w --stdin); tree=$(printf '100644 blob %s\\t.git' $blob | git mktree)
       echo tree $tree; printf '%s\\n' $tree $blob | git pack-objects --stdout -q`,
      'COMMIT_INVALID',
    ],
    ['a pack that is none', `echo tree ${'a'.repeat(40)}; echo PACK and then something else`, 'COMMIT_INVALID'],
    [
      'a pack without end',
      `echo tree ${'a'.repeat(40)}; printf 'PACK\\0\\0\\0\\2\\0\\0\\1\\0'; cat /dev/zero`,
      'COMMIT_INVALID',
    ],
  ])('%s', async (_, script, code) => {
    const before = inMirror('count-objects')
    const tip = inMirror('rev-parse', work.branch)
    expect(codeOf(await commit(lying(script)))).toBe(code)
    expect([inMirror('rev-parse', work.branch), inMirror('count-objects')]).toEqual([tip, before])
  })
})
