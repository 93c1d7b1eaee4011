import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostileRepository } from '../../test/hostile-repository.ts'
import { codeOf } from '../../test/git-result.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { GitWorkspace, Worktree } from './contract/index.ts'
import { createGitWorkspace, type WorkspaceSettings } from './workspace.ts'

let origin: TestRepository
beforeEach(() => {
  origin = new TestRepository({ 'readme.md': 'hello\n' })
})
afterEach(() => origin[Symbol.dispose]())

const canary = () => join(origin.folder, 'canary')
const home = () => join(origin.folder, 'home')
const workspace = (settings: Partial<WorkspaceSettings> = {}): GitWorkspace =>
  createGitWorkspace({ root: join(origin.folder, 'git'), home: home(), ...settings })

async function pushedFrom(git: GitWorkspace, taskId = 't', repository = origin.path): Promise<boolean> {
  const made = await git.createWorktree({
    repository,
    baseBranch: 'main',
    branch: `mosaic/agent-a-${taskId}`,
    agentId: 'a',
    taskId,
  })
  if (!made.ok) throw new Error(made.error.message)
  const work: Worktree = made.value
  writeFiles(work.path, { [`${taskId}.txt`]: 'x\n' })
  const commit = await git.commit(work, { message: 'Work', trailers: {} })
  if (!commit.ok) throw new Error(commit.error.message)
  return commit.value.push.state === 'pushed'
}

describe('no program of an origin runs:', () => {
  it('its hooks and everything its configuration names, on fetch and push', async () => {
    const hostile = new HostileRepository(join(origin.folder, 'hostile'))
    hostile.commit({ 'readme.md': 'hello\n' })
    hostile.everyProgram(canary())
    hostile.configure({ 'receive.denyCurrentBranch': 'updateInstead' })
    const git = workspace()
    expect(codeOf(await git.inspectRepository(hostile.path))).toBe('ok')
    expect(await pushedFrom(git, 't', hostile.path)).toBe(true)
    // It wants a hook to take what comes: that push is refused.
    hostile.configure({ 'receive.procReceiveRefs': 'refs/heads/mosaic' })
    expect(await pushedFrom(git, 'second', hostile.path)).toBe(false)
    expect(existsSync(canary())).toBe(false)
  })

  it('the command that lists the references of its alternates', async () => {
    using lender = new TestRepository({ 'lent.txt': 'x\n' })
    writeFileSync(join(origin.path, '.git/objects/info/alternates'), `${lender.path}/.git/objects\n`)
    origin.git('config', 'core.alternateRefsCommand', `touch ${canary()}; true`)
    expect(await pushedFrom(workspace())).toBe(true)
    expect(existsSync(canary())).toBe(false)
  })

  it('a partial clone’s own origin is not asked for what it lacks', async () => {
    origin.git('config', 'uploadpack.allowFilter', 'true')
    const clone = join(origin.folder, 'partial')
    origin.git('clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${origin.path}`, clone)
    const config = ['-C', clone, 'config']
    origin.git(...config, 'remote.origin.url', `ext::sh -c 'touch ${canary()}'`)
    origin.git(...config, 'protocol.ext.allow', 'always')
    origin.git(...config, 'core.sshCommand', `touch ${canary()}`)
    const made = await workspace().createWorktree({
      repository: clone,
      baseBranch: 'main',
      branch: 'mosaic/agent-a-t',
      agentId: 'a',
      taskId: 't',
    })
    expect(codeOf(made)).toBe('REPOSITORY_UNREACHABLE')
    expect(existsSync(canary())).toBe(false)
  })

  it('a partial clone was refused in words of git that nobody could do anything with', async () => {
    origin.git('config', 'uploadpack.allowFilter', 'true')
    const clone = join(origin.folder, "partial's")
    origin.git('clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${origin.path}`, clone)
    const git = workspace()
    const request = { repository: clone, baseBranch: 'main', branch: 'mosaic/work', agentId: 'a', taskId: 't' }
    const made = await git.createWorktree(request)
    expect(made).toMatchObject({ ok: false, error: { message: expect.stringContaining('is a partial clone') } })
    const [, remedy = ''] = made.ok ? [] : (/\((git .+)\)/.exec(made.error.message) ?? [])
    execFileSync('sh', ['-c', remedy], { stdio: 'pipe' })
    expect(codeOf(await git.createWorktree(request))).toBe('ok')
  })
})

describe('hooks of one’s own repository', () => {
  const witness = () => join(origin.folder, 'witness')
  beforeEach(() => {
    const hook = join(origin.path, '.git/hooks/post-receive')
    writeFileSync(hook, `#!/bin/sh\ncat >>${witness()}\n`)
    chmodSync(hook, 0o755)
  })

  it('are off unless the person switches them on', async () => {
    expect(await pushedFrom(workspace())).toBe(true)
    expect(existsSync(witness())).toBe(false)
    expect(await pushedFrom(workspace({ originHooks: 'own' }), 'second')).toBe(true)
    expect(readFileSync(witness(), 'utf8')).toContain('refs/heads/mosaic/')
  })
})

// Only root can make files of somebody else.
describe.runIf(process.getuid?.() === 0)('a repository of another user', () => {
  const stranger = 12_345
  const give = (path: string) => execFileSync('chown', ['-R', `${stranger}:${stranger}`, path])
  const trust = (...values: string[]) => {
    mkdirSync(home(), { recursive: true })
    writeFileSync(join(home(), '.gitconfig'), values.map((value) => `[safe]\n\tdirectory = ${value}\n`).join(''))
  }

  it('is left alone, in plain words', async () => {
    give(origin.path)
    expect(await workspace().inspectRepository(origin.path)).toMatchObject({
      error: {
        code: 'REPOSITORY_NOT_ALLOWED',
        message: expect.stringMatching(/belongs to another user.*git config --global --add safe\.directory/),
      },
    })
  })

  it('also behind a .git file, a .git link and a linked path', async () => {
    const real = join(origin.folder, 'real')
    origin.git('init', '--quiet', '--separate-git-dir', real)
    give(real)
    expect(codeOf(await workspace().inspectRepository(origin.path))).toBe('REPOSITORY_NOT_ALLOWED')
    rmSync(join(origin.path, '.git'))
    symlinkSync(real, join(origin.path, '.git'))
    expect(codeOf(await workspace().inspectRepository(origin.path))).toBe('REPOSITORY_NOT_ALLOWED')
    const path = join(origin.folder, 'path')
    symlinkSync(real, path)
    expect(codeOf(await workspace().inspectRepository(path))).toBe('REPOSITORY_NOT_ALLOWED')
  })

  it('is used where the person’s own git configuration trusts it, and its hooks stay off', async () => {
    const hook = join(origin.path, '.git/hooks/post-receive')
    writeFileSync(hook, `#!/bin/sh\ntouch ${canary()}\n`)
    chmodSync(hook, 0o755)
    give(origin.path)
    trust('/somewhere/else')
    expect(codeOf(await workspace().inspectRepository(origin.path))).toBe('REPOSITORY_NOT_ALLOWED')
    trust(origin.path)
    expect(await pushedFrom(workspace({ originHooks: 'own' }))).toBe(true)
    expect(existsSync(canary())).toBe(false)
    trust('*', '')
    expect(codeOf(await workspace().inspectRepository(origin.path))).toBe('REPOSITORY_NOT_ALLOWED')
  })

  it('is used by root on behalf of the user who asked for root', async () => {
    give(origin.path)
    expect(await pushedFrom(workspace({ sudoUid: stranger }))).toBe(true)
  })
})
