import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AgentWorktrees, pushed } from '../../test/agent-worktrees.ts'
import { codeOf, valueOf } from '../../test/git-result.ts'
import { type TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { GitWorkspace, Worktree } from './contract/index.ts'

let fleet: AgentWorktrees
let origin: TestRepository
let git: GitWorkspace
const worktree = (taskId?: string) => fleet.worktree(taskId)
const commit = (...made: Parameters<AgentWorktrees['commit']>) => fleet.commit(...made)

beforeEach(() => {
  fleet = new AgentWorktrees()
  ;({ origin, git } = fleet)
})
afterEach(() => fleet[Symbol.dispose]())

const merge = (work: Worktree, branch: string) => git.mergeBranch(work, { branch, trailers: { 'Mosaic-Session': 's' } })

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
  const next = valueOf(await git.createWorktree({ ...fleet.request('next'), baseBranch: worker.branch }))
  expect(readFileSync(join(next.path, 'fix.txt'), 'utf8')).toBe('fixed well\n')
})

it('an agent’s branch that a person had amended under its other name at origin was merged as the mirror had it', async () => {
  const [lead, worker] = [await worktree('lead'), await worktree('worker')]
  origin.git('branch', 'mosaic')
  writeFiles(worker.path, { 'fix.txt': 'fixed\n' })
  valueOf(await commit(worker))
  const push = { state: 'pushed', as: 'mosaic-work-worker' }
  expect(valueOf(await commit(worker))).toMatchObject({ push })
  origin.git('checkout', '--quiet', push.as)
  writeFiles(origin.path, { 'fix.txt': 'fixed well\n' })
  origin.git('commit', '--quiet', '--all', '--amend', '--message', 'Reworded')
  const amended = origin.git('rev-parse', 'HEAD')
  origin.git('checkout', '--quiet', 'main')

  valueOf(await merge(lead, worker.branch))
  expect(readFileSync(join(lead.path, 'fix.txt'), 'utf8')).toBe('fixed well\n')
  const next = valueOf(await git.createWorktree({ ...fleet.request('next'), baseBranch: worker.branch }))
  expect(readFileSync(join(next.path, 'fix.txt'), 'utf8')).toBe('fixed well\n')

  writeFiles(worker.path, { 'more.txt': 'more\n' })
  const refused = valueOf(await commit(worker, 'More', 's2')).push
  expect(refused).toMatchObject({ message: expect.stringContaining(`somebody else has changed ${push.as}`) })
  writeFiles(worker.path, { 'fix.txt': 'fixed well\n' })
  valueOf(await commit(worker, 'Theirs', 's3'))
  expect(valueOf(await merge(worker, worker.branch))).toMatchObject({ push })
  expect(origin.git('merge-base', amended, push.as)).toBe(amended)
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
