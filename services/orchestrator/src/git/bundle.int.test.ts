import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AgentWorktrees } from '../../test/agent-worktrees.ts'
import { valueOf } from '../../test/git-result.ts'
import { writeFiles } from '../../test/user-repository.ts'
import type { AgentSandbox, Worktree } from './contract.ts'
import { createGitWorkspace } from './workspace.ts'

let agents: AgentWorktrees
let work: Worktree
beforeEach(async () => {
  agents = new AgentWorktrees()
  work = await agents.worktree()
})
afterEach(() => agents[Symbol.dispose]())

const agent: AgentSandbox = { kind: 'bubblewrap', whileStill: (step) => step() }

it('a branch and its checkpoint go to another machine as one file, and the worktree is made anew from them', async () => {
  writeFiles(work.path, { 'kept.txt': 'not committed\n' })
  const made = valueOf(await agents.git.checkpoint(work, { sessionId: 's', revision: 7, last: null }, agent))!
  const bundle = await agents.git.packUp(work, made)
  // The machine that it was on is gone, with all that only it had.
  rmSync(agents.root, { recursive: true })
  const other = createGitWorkspace({ root: join(agents.origin.folder, 'other') })
  const { repository, baseBranch } = agents.request()
  expect(valueOf(await other.unpack({ repository, baseBranch, bundle }))).toBe(true)
  const resumes = { baseCommit: work.baseCommit }
  const anew = valueOf(await other.createWorktree({ ...agents.request(), resumes, uncommitted: made }))
  expect([anew.branch, anew.baseCommit, anew.restored]).toEqual([work.branch, work.baseCommit, { state: 'restored' }])
  expect(readFileSync(join(anew.path, 'kept.txt'), 'utf8')).toBe('not committed\n')
})

it('what the origin has need not go, and what is no bundle changes nothing', async () => {
  const bundle = await agents.git.packUp(work, null)
  expect(bundle).toHaveLength(0)
  const { repository, baseBranch } = agents.request()
  expect(valueOf(await agents.git.unpack({ repository, baseBranch, bundle: Buffer.from('no bundle') }))).toBe(false)
})
