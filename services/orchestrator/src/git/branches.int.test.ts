import { join } from 'node:path'
import { err } from '@mosaic/contracts/kernel'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { valueOf } from '../../test/git-result.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { BranchOf, GitWorkspace, Worktree } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

let origin: TestRepository
let git: GitWorkspace
let work: Worktree
let of: BranchOf

beforeEach(async () => {
  origin = new TestRepository({ 'readme.md': 'hello\n', 'src/one.txt': '1\n2\n3\n' })
  git = createGitWorkspace({ root: join(origin.folder, 'git') })
  const request = { repository: origin.path, baseBranch: 'main', branch: 'mosaic/work', agentId: 'a', taskId: 't' }
  work = valueOf(await git.createWorktree(request))
  of = { repository: origin.path, branch: work.branch, base: 'main' }
})
afterEach(() => origin[Symbol.dispose]())

async function committed(files: Readonly<Record<string, string>>): Promise<string> {
  writeFiles(work.path, files)
  return valueOf(await git.commit(work, { message: 'Work', trailers: {} })).commit
}
const landing = { method: 'merge', message: 'Merge it', trailers: { 'Mosaic-Session': 's' } } as const
/** Nobody has main checked out any more. */
const leaveMain = () => origin.git('checkout', '--quiet', '-b', 'elsewhere')

it('a branch is looked at against what its base is now', async () => {
  const commit = await committed({ 'src/one.txt': '1\ntwo\n3\n', 'new.txt': 'x\n', 'picture.bin': '\0\0' })
  const base = origin.commit('meanwhile', { 'readme.md': 'hi\n' })
  expect(valueOf(await git.branches.look(of))).toEqual({
    commit,
    baseCommit: base,
    ahead: 1,
    behind: 1,
    isMerged: false,
    conflicts: [],
    files: [
      { path: 'new.txt', insertions: 1, deletions: 0 },
      { path: 'picture.bin', insertions: null, deletions: null },
      { path: 'src/one.txt', insertions: 1, deletions: 1 },
    ],
    moreFiles: 0,
    commits: [{ commit, subject: 'Work' }],
  })
  const { patch, isCutOff } = valueOf(await git.branches.patch(of))
  expect([patch.includes('+two'), patch.includes('hi'), isCutOff]).toEqual([true, false, false])
})

it('a branch is merged into its base, and nothing is merged twice', async () => {
  const commit = await committed({ 'new.txt': 'x\n' })
  origin.commit('meanwhile', { 'readme.md': 'hi\n' })
  leaveMain()
  const landed = valueOf(await git.branches.land(of, landing))
  expect(landed).toEqual({ commit: origin.git('rev-parse', 'main'), changed: true })
  expect(origin.git('log', '-1', '--format=%P %(trailers:key=Mosaic-Session,valueonly)', 'main')).toContain(commit)
  expect(origin.git('show', 'main:new.txt')).toBe('x')
  expect(valueOf(await git.branches.land(of, landing))).toEqual({ commit: landed.commit, changed: false })
  expect(valueOf(await git.branches.look(of))).toMatchObject({ isMerged: true, ahead: 0 })
})

it('what has landed is still shown as it was made: from where it began', async () => {
  const begunAt = origin.git('rev-parse', 'main')
  const commit = await committed({ 'new.txt': 'x\n' })
  leaveMain()
  valueOf(await git.branches.land(of, landing))
  const begun = { ...of, begunAt }
  expect(valueOf(await git.branches.look(begun))).toMatchObject({
    isMerged: true,
    files: [{ path: 'new.txt', insertions: 1, deletions: 0 }],
    commits: [{ commit, subject: 'Work' }],
  })
  expect(valueOf(await git.branches.patch(begun)).patch).toContain('+x')
})

it('squashed it is one commit, and counts as merged all the same', async () => {
  await committed({ 'new.txt': 'x\n' })
  await committed({ 'new.txt': 'y\n' })
  leaveMain()
  valueOf(await git.branches.land(of, { ...landing, method: 'squash' }))
  expect(origin.git('log', '--format=%s', 'main').split('\n')).toEqual(['Merge it', 'first'])
  expect(valueOf(await git.branches.look(of))).toMatchObject({ isMerged: true, ahead: 2 })
})

it('what conflicts is refused by file, and nothing changes', async () => {
  await committed({ 'src/one.txt': '1\nmine\n3\n' })
  const theirs = origin.commit('theirs', { 'src/one.txt': '1\ntheirs\n3\n' })
  leaveMain()
  expect(await git.branches.land(of, landing)).toMatchObject({
    error: { code: 'MERGE_CONFLICT', details: { files: ['src/one.txt'] } },
  })
  expect(origin.git('rev-parse', 'main')).toBe(theirs)
})

it('a base that somebody has checked out is left to them', async () => {
  await committed({ 'new.txt': 'x\n' })
  expect(await git.branches.land(of, landing)).toMatchObject({
    error: { code: 'BRANCH_CHECKED_OUT', message: expect.stringContaining(origin.path) },
  })
})

it('where a person has gone on with the branch at origin, theirs is looked at and merged', async () => {
  await committed({ 'new.txt': 'x\n' })
  origin.git('checkout', '--quiet', work.branch)
  const theirs = origin.commit('amended', { 'new.txt': 'amended\n' })
  leaveMain()
  expect(valueOf(await git.branches.look(of))).toMatchObject({ commit: theirs, ahead: 2 })
  origin.git('branch', '--force', 'main', theirs)
  expect(valueOf(await git.branches.land(of, landing))).toEqual({ commit: theirs, changed: false })
})

it('refs are taken away at origin and in the mirror, and a second time there is nothing left to do', async () => {
  await committed({ 'new.txt': 'x\n' })
  const ref = `refs/heads/${work.branch}`
  expect(valueOf(await git.branches.remove(of, [ref, 'refs/mosaic/wip/none']))).toEqual({ atOrigin: [ref] })
  expect(origin.git('for-each-ref', ref)).toBe('')
  expect(origin.git('--git-dir', work.mirrorPath, 'for-each-ref', ref)).toBe('')
  expect(valueOf(await git.branches.remove(of, [ref]))).toEqual({ atOrigin: [] })
})

it('a branch that has no commit in common with its base was an internal error', async () => {
  await committed({ 'new.txt': 'x\n' })
  origin.git('checkout', '--quiet', '--orphan', 'gh-pages')
  origin.commit('pages', { 'index.html': 'hello' })
  const onPages = { ...of, base: 'gh-pages' }
  const refused = { code: 'MERGE_CONFLICT', message: expect.stringContaining('no commit in common') }
  expect(await git.branches.look(onPages)).toEqual(err(refused))
  expect(await git.branches.patch(onPages)).toEqual(err(refused))
  expect(await git.branches.land(onPages, landing)).toEqual(err(refused))
})
