import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AgentWorktrees, pushed } from '../../test/agent-worktrees.ts'
import { valueOf } from '../../test/git-result.ts'
import { writeFiles } from '../../test/user-repository.ts'
import { type AgentSandbox, GitFault, type Worktree } from './contract/index.ts'
import { nameInstead } from './names.ts'
import { createGitWorkspace } from './workspace.ts'

let agents: AgentWorktrees
let work: Worktree
beforeEach(async () => {
  agents = new AgentWorktrees()
  work = await agents.worktree()
})
afterEach(() => agents[Symbol.dispose]())

const read = (file: string) => readFile(file)
const writing = (bytes: Buffer) => (file: string) => writeFile(file, bytes).then(() => true)
const agent: AgentSandbox = { kind: 'bubblewrap', whileStill: (step) => step() }

it('a branch and its checkpoint go to another machine as one file, and the worktree is made anew from them', async () => {
  writeFiles(work.path, { 'kept.txt': 'not committed\n' })
  const made = valueOf(await agents.git.checkpoint(work, { sessionId: 's', revision: 7, last: null }, agent))!
  const bundle = await agents.git.packUp(work, made, read)
  // The machine that it was on is gone, with all that only it had.
  rmSync(agents.root, { recursive: true })
  const other = createGitWorkspace({ root: join(agents.origin.folder, 'other') })
  valueOf(await other.unpack({ ...agents.request(), fetch: writing(bundle!) }))
  const resumes = { baseCommit: work.baseCommit }
  const anew = valueOf(await other.createWorktree({ ...agents.request(), resumes, uncommitted: made }))
  expect([anew.branch, anew.baseCommit, anew.restored]).toEqual([work.branch, work.baseCommit, { state: 'restored' }])
  expect(readFileSync(join(anew.path, 'kept.txt'), 'utf8')).toBe('not committed\n')
})

it('what the origin has need not go, and what is no bundle changes nothing', async () => {
  const bundle = await agents.git.packUp(work, null, read)
  expect(bundle).toBeUndefined()
  await expect(agents.git.unpack({ ...agents.request(), fetch: writing(Buffer.from('no bundle')) })).rejects.toThrow(
    GitFault,
  )
})

/** A machine whose mirror is as the origin was before the agent did anything. */
async function olderMachine() {
  const other = createGitWorkspace({ root: join(agents.origin.folder, 'other') })
  valueOf(await other.createWorktree(agents.request('of-another')))
  return other
}

/** From now on what is committed is on this machine alone. */
function takesNoPush() {
  const refs = join(agents.origin.path, '.git', 'refs', 'heads')
  for (const name of [work.branch, nameInstead(work.branch)]) writeFiles(refs, { [`${name}.lock`]: '' })
}

it('what an agent had not committed was lost where the other machine had not heard of what it had pushed', async () => {
  const other = await olderMachine()
  writeFiles(work.path, { 'one.txt': 'committed\n' })
  const { commit } = valueOf(await agents.commit(work))
  writeFiles(work.path, { 'kept.txt': 'not committed\n' })
  const made = valueOf(await agents.git.checkpoint(work, { sessionId: 's', revision: 7, last: null }, agent))!
  const bundle = await agents.git.packUp(work, made, read)
  rmSync(agents.root, { recursive: true })
  valueOf(await other.unpack({ ...agents.request(), fetch: writing(bundle!) }))
  const resumes = { baseCommit: work.baseCommit }
  const anew = valueOf(await other.createWorktree({ ...agents.request(), resumes, uncommitted: made }))
  expect(anew.restored).toEqual({ state: 'restored' })
  expect(readFileSync(join(anew.path, 'kept.txt'), 'utf8')).toBe('not committed\n')
  expect(readFileSync(join(anew.path, 'one.txt'), 'utf8')).toBe('committed\n')
  expect(agents.origin.git('rev-parse', work.branch)).toBe(commit)
})

it('what was merged in from a branch that the other machine does not know either is asked for as well', async () => {
  const other = await olderMachine()
  agents.origin.git('checkout', '--quiet', '-b', 'theirs')
  agents.origin.commit('theirs', { 'theirs.txt': 'theirs\n' })
  writeFiles(work.path, { 'one.txt': 'committed\n' })
  valueOf(await agents.commit(work))
  takesNoPush()
  const merged = valueOf(await agents.git.mergeBranch(work, { branch: 'theirs', trailers: {} }))
  expect(merged.push.state).toBe('failed')
  const bundle = await agents.git.packUp(work, null, read)
  rmSync(agents.root, { recursive: true })
  valueOf(await other.unpack({ ...agents.request(), fetch: writing(bundle!) }))
  const resumes = { baseCommit: work.baseCommit }
  const anew = valueOf(await other.createWorktree({ ...agents.request(), resumes }))
  expect(readFileSync(join(anew.path, 'theirs.txt'), 'utf8')).toBe('theirs\n')
})

it('a branch that has gone on since it was packed up stays where it is, which is no fault', async () => {
  takesNoPush()
  writeFiles(work.path, { 'one.txt': 'committed\n' })
  valueOf(await agents.commit(work))
  const bundle = await agents.git.packUp(work, null, read)
  writeFiles(work.path, { 'two.txt': 'committed\n' })
  const { commit } = valueOf(await agents.commit(work, 'Two', 's2'))
  valueOf(await agents.git.unpack({ ...agents.request(), fetch: writing(bundle!) }))
  const stands = execFileSync('git', [`--git-dir=${work.mirrorPath}`, 'rev-parse', work.branch], { encoding: 'utf8' })
  expect(stands.trim()).toBe(commit)
})

it('back on the first machine a session went on from the commit at which it had left it', async () => {
  const other = createGitWorkspace({ root: join(agents.origin.folder, 'other') })
  writeFiles(work.path, { 'one.txt': 'one\n' })
  valueOf(await agents.commit(work, 'One', 's1'))
  await agents.git.removeWorktree(agents.request())
  const resumes = { baseCommit: work.baseCommit }
  const there = valueOf(await other.createWorktree({ ...agents.request(), resumes }))
  writeFiles(there.path, { 'two.txt': 'two\n' })
  const trailers = { 'Mosaic-Session': 'session-1', 'Mosaic-Step': 's2' }
  valueOf(await other.commit(there, { message: 'Two', trailers }))
  await other.removeWorktree(agents.request())
  const back = valueOf(await agents.git.createWorktree({ ...agents.request(), resumes }))
  expect(readFileSync(join(back.path, 'two.txt'), 'utf8')).toBe('two\n')
  writeFiles(back.path, { 'three.txt': 'three\n' })
  expect(valueOf(await agents.commit(back, 'Three', 's3')).push).toEqual(pushed(work))
})
