import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { valueOf } from '../../test/git-result.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { Commit, GitResult, GitWorkspace, Worktree } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

let origin: TestRepository
let git: GitWorkspace

beforeEach(() => {
  origin = new TestRepository({ 'readme.md': 'hello\n', 'src/one.txt': '1\n2\n3\n' })
  git = createGitWorkspace({ root: join(origin.folder, 'git') })
})
afterEach(() => origin[Symbol.dispose]())

const worktree = async (taskId = 't', repository = origin.path): Promise<Worktree> =>
  valueOf(
    await git.createWorktree({
      repository,
      baseBranch: 'main',
      branch: `mosaic/agent-a-${taskId}`,
      agentId: 'a',
      taskId,
    }),
  )
const commit = (work: Worktree): Promise<GitResult<Commit>> => git.commit(work, { message: 'Work', trailers: {} })
const filesOf = (branch: string) => origin.git('ls-tree', '-r', '--name-only', branch).split('\n')

it('a clone of depth 1 is worked on and pushed to', async () => {
  for (const text of ['2', '3']) origin.commit(text, { 'readme.md': text })
  const shallow = join(origin.folder, 'shallow')
  origin.git('clone', '--quiet', '--depth', '1', `file://${origin.path}`, shallow)
  const work = await worktree('t', shallow)
  writeFiles(work.path, { 'new.txt': 'x' })
  expect(valueOf(await commit(work)).push.state).toBe('pushed')
  expect(origin.git('-C', shallow, 'ls-tree', '--name-only', work.branch)).toContain('new.txt')
})

it('old history that git fsck complains of is taken, as git clone takes it', async () => {
  const tree = origin.git('rev-parse', 'HEAD^{tree}')
  const person = 'Old Hand <old@example.invalid> 1313000000 +051800'
  const old = join(origin.folder, 'old')
  writeFiles(origin.folder, { old: `tree ${tree}\nauthor ${person}\ncommitter ${person}\n\nimported\n` })
  const imported = origin.git('hash-object', '-t', 'commit', '-w', '--literally', old)
  origin.git('reset', '--quiet', '--hard', imported)
  const work = await worktree()
  writeFiles(work.path, { 'new.txt': 'x' })
  expect(valueOf(await commit(work))).toMatchObject({ push: { state: 'pushed' } })
})

it('the files of a repository without a commit are committed', async () => {
  const work = await worktree()
  writeFiles(work.path, {
    'site/index.html': '<p>',
    'site/ignored.log': 'x',
    'site/.gitignore': '*.log\n',
    'b.txt': 'x',
  })
  origin.git('-C', join(work.path, 'site'), 'init', '--quiet')
  valueOf(await commit(work))
  expect(filesOf(work.branch)).toEqual(['b.txt', 'readme.md', 'site/.gitignore', 'site/index.html', 'src/one.txt'])
  rmSync(join(work.path, 'site/index.html'))
  valueOf(await commit(work))
  expect(filesOf(work.branch)).not.toContain('site/index.html')
})

it('a branch that is checked out at origin is pushed under another name', async () => {
  const work = await worktree()
  writeFiles(work.path, { 'one.txt': 'x' })
  valueOf(await commit(work))
  origin.git('checkout', '--quiet', work.branch)
  writeFiles(work.path, { 'two.txt': 'x' })
  const made = valueOf(await commit(work))
  expect(made).toMatchObject({ push: { state: 'pushed', as: 'mosaic-agent-a-t' } })
  expect(origin.git('rev-parse', 'mosaic-agent-a-t')).toBe(made.commit)
  expect(existsSync(join(origin.path, 'two.txt'))).toBe(false)
})

it('a branch of origin named mosaic does not keep work from being pushed', async () => {
  origin.git('branch', 'mosaic')
  const work = await worktree()
  writeFiles(work.path, { 'one.txt': 'x' })
  const made = valueOf(await commit(work))
  expect(made).toMatchObject({ push: { state: 'pushed', as: 'mosaic-agent-a-t' } })
  expect(readFileSync(join(origin.path, 'readme.md'), 'utf8')).toBe('hello\n')
  expect(origin.git('rev-parse', 'mosaic-agent-a-t')).toBe(made.commit)
})

it('a test key that the base has already is no new secret when it is moved or copied', async () => {
  const key = (name: string) => `-----BEGIN ${name} KEY-----\n${'MC4CAQAwBQYDK2VwBCIEIAAA'.repeat(3)}\n`
  origin.commit('fixture', { 'test/key.pem': key('PRIVATE') })
  const work = await worktree()
  writeFiles(work.path, { 'test/keys/moved.pem': key('PRIVATE'), 'copy.pem': key('PRIVATE') })
  rmSync(join(work.path, 'test/key.pem'))
  expect(valueOf(await commit(work))).toMatchObject({ push: { state: 'pushed' } })
  writeFiles(work.path, { 'new.pem': key('EC PRIVATE') })
  expect(await commit(work)).toMatchObject({ error: { code: 'SECRET_FOUND' } })
})

it('a mirror that a power cut has broken is healed, with the branches of agents', async () => {
  const work = await worktree()
  writeFiles(work.path, { 'new.txt': 'x' })
  const { commit: kept } = valueOf(await commit(work))
  const inMirror = (...args: string[]) => origin.git(`--git-dir=${work.mirrorPath}`, ...args)
  const objects = join(work.mirrorPath, 'objects')
  for (const name of readdirSync(join(objects, 'pack'))) rmSync(join(objects, 'pack', name))
  const tree = inMirror('rev-parse', 'refs/remotes/origin/main').trim()
  writeFiles(objects, { [`${tree.slice(0, 2)}/${tree.slice(2)}`]: '' })
  writeFiles(work.mirrorPath, { 'refs/remotes/origin/main': '', 'HEAD.lock': '' })
  expect((await worktree('second')).baseCommit).toBe(tree)
  expect(inMirror('rev-parse', work.branch)).toBe(kept)
  writeFiles(work.path, { 'more.txt': 'x' })
  expect(valueOf(await commit(work))).toMatchObject({ push: { state: 'pushed' } })
  rmSync(join(work.mirrorPath, 'HEAD'))
  expect((await worktree('third')).baseCommit).toBe(tree)
})

it('a mirror that has broken is healed for whoever reads a commit before there is a worktree', async () => {
  const work = await worktree()
  const objects = join(work.mirrorPath, 'objects')
  for (const name of readdirSync(join(objects, 'pack'))) rmSync(join(objects, 'pack', name))
  const tree = origin.git('rev-parse', 'main^{tree}')
  rmSync(join(objects, tree.slice(0, 2), tree.slice(2)), { force: true })
  writeFiles(objects, { [`${tree.slice(0, 2)}/${tree.slice(2)}`]: '' })
  const snapshot = valueOf(await git.snapshot(origin.path, { branch: 'main' }))
  expect((await snapshot.files()).map(({ path }) => path)).toEqual(['readme.md', 'src/one.txt'])
})

it('a file that belongs to Git LFS is refused by name, a pointer to one is not', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 200000\n`
  origin.commit('lfs', { '.gitattributes': '*.png filter=lfs diff=lfs merge=lfs -text\n', 'art/old.png': pointer })
  const work = await worktree()
  writeFiles(work.path, { 'art/new.png': 'raw', 'b.txt': 'x' })
  expect(await commit(work)).toMatchObject({
    error: { code: 'STAGING_FAILED', message: expect.stringContaining('art/new.png is kept by Git LFS') },
  })
  writeFiles(work.path, { 'art/new.png': pointer.replace('200000', '7') })
  expect(valueOf(await commit(work))).toMatchObject({ push: { state: 'pushed' }, files: 2 })
})

it('repositories below a submodule’s folder do not keep the rest from being committed', async () => {
  const link = origin.git('rev-parse', 'HEAD')
  origin.git('update-index', '--add', '--cacheinfo', `160000,${link},sub`)
  origin.git('commit', '--quiet', '--message', 'submodule')
  const work = await worktree()
  for (const path of ['sub/below/nested', 'without-commit']) {
    writeFiles(work.path, { [`${path}/a.txt`]: 'x' })
    origin.git('-C', join(work.path, path), 'init', '--quiet')
  }
  expect(valueOf(await commit(work))).toMatchObject({ push: { state: 'pushed' }, files: 1 })
  expect(filesOf(work.branch)).toEqual(['readme.md', 'src/one.txt', 'sub', 'without-commit/a.txt'])
})

describe('submodules', () => {
  /** An origin with the submodule `lib`, whose repository holds `inner` at `deep/inner`. */
  function withSubmodules(): void {
    const add = (repository: TestRepository, url: string, path: string) => {
      repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', url, path)
      repository.git('commit', '--quiet', '--message', path)
    }
    beside('inner', { 'inner.c': 'int inner;\n' })
    const library = beside('library', { 'library.c': 'int library;\n' })
    add(library, '../inner', 'deep/inner')
    add(origin, library.path, 'lib')
  }
  const beside = (name: string, files: Readonly<Record<string, string>>) => {
    const repository = new TestRepository(files, join(origin.folder, name))
    others.push(repository)
    return repository
  }
  const others: TestRepository[] = []
  afterEach(() => others.splice(0).forEach((other) => other[Symbol.dispose]()))

  it('a submodule is filled, and what is in it', async () => {
    withSubmodules()
    const work = await worktree()
    expect(readFileSync(join(work.path, 'lib/library.c'), 'utf8')).toBe('int library;\n')
    expect(readFileSync(join(work.path, 'lib/deep/inner/inner.c'), 'utf8')).toBe('int inner;\n')
    expect(work.submodules).toMatchObject({ filled: [{ path: 'lib' }, { path: 'lib/deep/inner' }], empty: [] })
    expect(await git.changedFiles(work)).toEqual([])
  })

  it('what is written below a submodule is not dropped silently', async () => {
    withSubmodules()
    const work = await worktree()
    const below = { 'lib/new file.c': 'int n;\n', 'lib/library.c': 'int changed;\n', 'lib/deep/inner/x.c': 'int x;\n' }
    writeFiles(work.path, below)
    const nothing = await commit(work)
    expect(nothing).toMatchObject({ error: { code: 'NOTHING_TO_COMMIT', message: expect.stringContaining('lib/new') } })
    writeFiles(work.path, { 'main.c': 'int main;\n' })
    const made = valueOf(await commit(work))
    expect(made).toMatchObject({ push: { state: 'pushed' }, files: 1 })
    expect(made.leftOut.toSorted()).toEqual(['lib/deep/inner/x.c', 'lib/library.c', 'lib/new file.c'])
    expect(origin.git('ls-tree', work.branch, 'lib')).toContain('160000')
  })

  it('a submodule that cannot be had stays empty and says why; what is written there is named too', async () => {
    withSubmodules()
    rmSync(join(origin.folder, 'library'), { recursive: true })
    const work = await worktree()
    expect(work.submodules).toMatchObject({ filled: [], empty: [{ path: 'lib', reason: expect.stringMatching(/./) }] })
    writeFiles(work.path, { 'lib/new.c': 'x', 'main.c': 'x' })
    expect(valueOf(await commit(work))).toMatchObject({ files: 1, leftOut: ['lib/'] })
  })

  const namedByAgent = () => {
    const secret = beside('private', { 'secret.txt': 'x' })
    origin.git('checkout', '--quiet', '-b', 'mosaic/agent-a-t')
    origin.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', secret.path, 'sub')
    origin.git('commit', '--quiet', '--message', 'sub')
    origin.git('checkout', '--quiet', 'main')
  }

  it('an agent that was continued was given whatever repository its branch named', async () => {
    const continues = { baseCommit: origin.git('rev-parse', 'main'), kept: null }
    namedByAgent()
    const request = { repository: origin.path, baseBranch: 'main', branch: 'mosaic/agent-a-t', continues }
    const work = valueOf(await git.createWorktree({ ...request, agentId: 'a', taskId: 'continued' }))
    expect(work.submodules).toMatchObject({ filled: [], empty: [{ path: 'sub' }] })
    expect(existsSync(join(work.path, 'sub/secret.txt'))).toBe(false)
  })

  it('an agent’s branch cannot name a repository that its own repository does not name', async () => {
    namedByAgent()
    const child = { agentId: 'a', taskId: 'child', branch: 'mosaic/child' }
    const request = { repository: origin.path, baseBranch: 'mosaic/agent-a-t', ...child }
    const work = valueOf(await git.createWorktree(request))
    expect(work.submodules).toMatchObject({ filled: [], empty: [{ path: 'sub' }] })
    expect(existsSync(join(work.path, 'sub/secret.txt'))).toBe(false)
    origin.git('merge', '--quiet', 'mosaic/agent-a-t')
    const later = valueOf(await git.createWorktree({ ...request, taskId: 'later', branch: 'mosaic/later' }))
    expect(existsSync(join(later.path, 'sub/secret.txt'))).toBe(true)
  })
})

it('a repository of SHA-256 is worked on and pushed to', async () => {
  using modern = new TestRepository({ 'readme.md': 'hello\n' }, join(origin.folder, 'modern'), 'sha256')
  const work = await worktree('t', modern.path)
  expect(work.baseCommit).toHaveLength(64)
  writeFiles(work.path, { 'new.txt': 'x' })
  expect(valueOf(await commit(work))).toMatchObject({ push: { state: 'pushed' }, files: 1 })
  expect(modern.git('ls-tree', '--name-only', work.branch)).toContain('new.txt')
})

it('a repository of its own that is left out of a commit is named', async () => {
  const work = await worktree()
  const nested = join(work.path, 'vendor')
  writeFiles(work.path, { 'vendor/a.txt': 'x', 'b.txt': 'x' })
  origin.git('-C', nested, 'init', '--quiet')
  origin.git('-C', nested, 'add', '--all')
  origin.git('-C', nested, 'commit', '--quiet', '--message', 'x')
  expect(valueOf(await commit(work))).toMatchObject({ files: 1, leftOut: ['vendor/'] })
})
