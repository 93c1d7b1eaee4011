import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AgentWorktrees } from '../../test/agent-worktrees.ts'
import { codeOf, valueOf } from '../../test/git-result.ts'
import { type TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { GitWorkspace, WriteInside } from './contract/index.ts'

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

it('checks the base branch out on a branch of its own', async () => {
  const work = await worktree()
  expect(work.path).toBe(join(fleet.root, 'worktrees', 'agent-a1-t1'))
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
  mkdirSync(join(fleet.root, 'worktrees', 'agent-a1-t2'), { recursive: true })
  expect((await worktree('t2')).path).toContain('agent-a1-t2')
})

it.each(['written', 'failed', 'unfit'] as const)(
  'has all of its files, and is clean, where whoever writes them in the agent’s own sandbox answers: %s',
  async (answer) => {
    const places: string[] = []
    const writeInside: WriteInside = async ({ path, baseCommit }, { command }) => {
      places.push(path)
      expect(baseCommit).toBe(origin.git('rev-parse', 'main'))
      if (answer === 'written') execFileSync('sh', ['-c', command], { cwd: path, env: {} })
      if (answer === 'failed') writeFiles(path, { 'half.txt': 'done' })
      return answer
    }
    const work = valueOf(await git.createWorktree({ ...fleet.request(), writeInside }))
    expect(places).toEqual([work.path])
    expect(readFileSync(join(work.path, 'src/one.txt'), 'utf8')).toBe('1\n2\n3\n')
    expect(readdirSync(work.path).toSorted()).toEqual([
      '.git',
      ...origin.git('ls-tree', '--name-only', 'main').split('\n'),
    ])
    expect(await git.changedFiles(work)).toEqual([])
  },
)

it('is made anew, and was nobody’s work, where writing its files was cut off', async () => {
  const cutOff = new Error('cut off')
  const writeInside: WriteInside = ({ path }) => {
    writeFiles(path, { 'half.txt': 'done' })
    return Promise.reject(cutOff)
  }
  await expect(git.createWorktree({ ...fleet.request(), writeInside })).rejects.toBe(cutOff)
  expect(await git.findWorktree({ agentId: 'a1', taskId: 't1' })).toBeUndefined()
  const work = await worktree()
  expect(existsSync(join(work.path, 'half.txt'))).toBe(false)
  expect(await git.findWorktree({ agentId: 'a1', taskId: 't1' })).toMatchObject({ path: work.path })
})

it('is refused for a branch that is not there', async () => {
  expect(codeOf(await git.createWorktree({ ...fleet.request(), baseBranch: 'nope' }))).toBe('BRANCH_NOT_FOUND')
})

it('left its branch in the mirror where its files could not be written', async () => {
  // No file system takes a name of this length.
  const blob = origin.git('rev-parse', 'main:readme.md')
  origin.git('update-index', '--add', '--cacheinfo', `100644,${blob},${'x'.repeat(300)}`)
  origin.git('commit', '--quiet', '--message', 'cannot be written')
  expect(codeOf(await git.createWorktree(fleet.request()))).toBe('CHECKOUT_FAILED')
  const mirror = readdirSync(join(fleet.root, 'mirrors')).find((name) => name.endsWith('.git'))
  const refs = execFileSync('git', ['-C', join(fleet.root, 'mirrors', mirror!), 'for-each-ref', '--format=%(refname)'])
  expect(refs.toString().trim().split('\n')).toEqual(['refs/remotes/origin/main'])
})

it('makes many at once on one mirror', async () => {
  const works = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => worktree(id)))
  expect(new Set(works.map((work) => work.path)).size).toBe(6)
})

it('is removed while its branch stays, and what stands there is found', async () => {
  const [kept, removed] = [await worktree('kept'), await worktree('removed')]
  await git.removeWorktree({ agentId: 'a1', taskId: 'removed' })
  expect(existsSync(removed.path)).toBe(false)
  expect(await git.worktrees()).toEqual([{ agentId: 'a1', taskId: 'kept' }])
  const { baseBranch: _, isAgents: __, ...found } = kept
  expect(await git.findWorktree({ agentId: 'a1', taskId: 'kept' })).toEqual(found)
  expect(await git.findWorktree({ agentId: 'a1', taskId: 'removed' })).toBeUndefined()
  expect((await worktree('removed')).path).toBe(removed.path)
})
