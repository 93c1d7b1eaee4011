import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AgentWorktrees } from '../../test/agent-worktrees.ts'
import { codeOf, valueOf } from '../../test/git-result.ts'
import type { TestRepository } from '../../test/user-repository.ts'
import type { GitWorkspace } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

let fleet: AgentWorktrees
let origin: TestRepository
let git: GitWorkspace

beforeEach(() => {
  fleet = new AgentWorktrees()
  ;({ origin, git } = fleet)
})
afterEach(() => fleet[Symbol.dispose]())

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

it('a folder that is not there, or is no repository, was told in words of git about access rights', async () => {
  const said = async (path: string) => {
    const found = await git.inspectRepository(path)
    return found.ok ? undefined : [found.error.code, found.error.field, found.error.message]
  }
  const missing = join(origin.folder, 'nothing')
  for (const path of [missing, `file://${missing}`])
    expect(await said(path)).toEqual([
      'REPOSITORY_NOT_FOUND',
      'repository',
      `There is no folder ${missing} on the machine that runs agents.`,
    ])
  mkdirSync(missing)
  expect(await said(missing)).toEqual([
    'REPOSITORY_NOT_FOUND',
    'repository',
    `${missing} is no git repository: it has no .git, and is no bare one.`,
  ])
  expect(valueOf(await git.inspectRepository(origin.path)).branch).toBe('main')
})

it('has a time limit for a repository that does not answer', async () => {
  const impatient = createGitWorkspace({ root: fleet.root, networkTimeoutMs: 300 })
  const { createServer } = await import('node:net')
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  expect(codeOf(await impatient.inspectRepository(`https://127.0.0.1:${port}/x.git`))).toBe('GIT_TIMEOUT')
  server.close()
})
