import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { valueOf } from '../../test/git-result.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import type { GitWorkspace, ToStack } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

let origin: TestRepository
let git: GitWorkspace

beforeEach(() => {
  origin = new TestRepository({ 'readme.md': 'hello\n', 'one.txt': '1\n2\n3\n4\n5\n' })
  git = createGitWorkspace({ root: join(origin.folder, 'git') })
})
afterEach(() => origin[Symbol.dispose]())

const at = '2026-03-04T05:06:07.000Z'
const ref = 'refs/mosaic/landings/q'
const sessionOf = (name: string) => `01890000-0000-7000-8000-00000000000${name}`

/** An agent's branch, with a commit for each of these. */
async function branch(name: string, ...commits: Record<string, string>[]): Promise<string> {
  const of = { repository: origin.path, baseBranch: 'main', branch: `mosaic/${name}`, agentId: name, taskId: 't' }
  const worktree = valueOf(await git.createWorktree(of))
  for (const [index, files] of commits.entries()) {
    writeFiles(worktree.path, files)
    const trailers = { 'Mosaic-Session': sessionOf(name) }
    valueOf(await git.commit(worktree, { message: `${name} ${index + 1}`, trailers }))
  }
  return `mosaic/${name}`
}
const asked = (of: string, how: ToStack['how'] = 'merge'): ToStack => ({
  branch: of,
  how,
  message: `Land ${of}`,
  trailers: { 'Mosaic-Session': sessionOf(of.slice(-1)), 'Mosaic-Operator': 'Ada' },
})
const stack = async (...branches: ToStack[]) =>
  valueOf(await git.landings.stack({ repository: origin.path, base: 'main', ref, at, branches }))
const advance = async (from: string, to: string, isHeld = false) =>
  git.landings.advance({ repository: origin.path, base: 'main', from, to, ref, isHeld })
const leaveMain = () => origin.git('checkout', '--quiet', '-b', 'elsewhere')
const show = (what: string) => origin.git('show', what)

it('branches are put on top of each other without anything moving, twice the same', async () => {
  const [a, b] = [await branch('1', { 'a.txt': 'a\n' }), await branch('2', { 'b.txt': 'b\n' })]
  const base = origin.git('rev-parse', 'main')
  const stacked = await stack(asked(a), asked(b))
  expect(stacked).toMatchObject({
    baseCommit: base,
    branches: [{ state: 'stacked' }, { state: 'stacked', commit: stacked.commit }],
  })
  expect(origin.git('rev-parse', 'main')).toBe(base)
  expect(await stack(asked(a), asked(b))).toEqual(stacked)
  leaveMain()
  expect(valueOf(await advance(base, stacked.commit))).toEqual({ outcome: 'landed' })
  expect([show('main:a.txt'), show('main:b.txt'), origin.git('rev-parse', 'main')]).toEqual(['a', 'b', stacked.commit])
  expect(
    origin.git('log', '--first-parent', '--format=%s|%(trailers:key=Mosaic-Session,valueonly,separator=)', 'main'),
  ).toBe(`Land ${b}|${sessionOf('2')}\nLand ${a}|${sessionOf('1')}\nfirst|`)
  expect(valueOf(await advance(base, stacked.commit))).toEqual({ outcome: 'landed' })
  expect((await stack(asked(a))).commit).toBe(stacked.commit)
})

it('who conflicts is left out, and it is told with whom', async () => {
  const [a, b] = [
    await branch('1', { 'one.txt': 'A\n2\n3\n4\n5\n' }),
    await branch('2', { 'one.txt': 'B\n2\n3\n4\n5\n' }),
  ]
  const c = await branch('3', { 'readme.md': 'mine\n' })
  origin.commit('meanwhile', { 'readme.md': 'theirs\n' })
  const { branches } = await stack(asked(a), asked(b), asked(c), asked('mosaic/gone'))
  expect(branches).toMatchObject([
    { state: 'stacked' },
    { state: 'conflict', files: ['one.txt'], withBase: false },
    { state: 'conflict', files: ['readme.md'], withBase: true },
    { state: 'missing' },
  ])
})

it('squashed it is one commit that names its sessions and says what was done', async () => {
  const a = await branch('1', { 'a.txt': 'a\n' }, { 'a.txt': 'b\n' })
  const base = origin.git('rev-parse', 'main')
  const { commit } = await stack(asked(a, 'squash'))
  leaveMain()
  valueOf(await advance(base, commit))
  expect(origin.git('log', '--format=%B', `${base}..main`)).toBe(
    `Land ${a}\n\n- 1 1\n- 1 2\n\nMosaic-Session: ${sessionOf('1')}\nMosaic-Operator: Ada`,
  )
})

it('rebased it is its commits on top of the base, with their words, authors and trailers', async () => {
  const a = await branch('1', { 'one.txt': '1\n2\n3\n4\nfive\n' }, { 'a.txt': 'a\n' })
  const base = origin.commit('meanwhile', { 'one.txt': 'one\n2\n3\n4\n5\n' })
  const stacked = await stack(asked(a, 'rebase'))
  expect(await stack(asked(a, 'rebase'))).toEqual(stacked)
  leaveMain()
  valueOf(await advance(base, stacked.commit))
  const format = '--format=%s %an %(trailers:key=Mosaic-Session,valueonly,separator=)'
  const line = (subject: string) => `${subject} Mosaic ${sessionOf('1')}`
  expect(origin.git('log', format, `${base}..main`)).toBe(`${line('1 2')}\n${line('1 1')}`)
  expect([show('main:one.txt'), show('main:a.txt')]).toEqual(['one\n2\n3\n4\nfive', 'a'])
})

it('a rebase that would lose what a merge has resolved is a conflict', async () => {
  const of = { repository: origin.path, baseBranch: 'main', branch: 'mosaic/1', agentId: '1', taskId: 't' }
  const worktree = valueOf(await git.createWorktree(of))
  writeFiles(worktree.path, { 'one.txt': 'mine\n' })
  valueOf(await git.commit(worktree, { message: 'mine', trailers: {} }))
  origin.commit('theirs', { 'one.txt': 'theirs\n' })
  origin.git('checkout', '--quiet', 'mosaic/1')
  expect(() => origin.git('merge', '--quiet', 'main')).toThrow()
  origin.commit('resolved', { 'one.txt': 'both\n' })
  expect((await stack(asked('mosaic/1', 'rebase'))).branches).toEqual([
    { state: 'conflict', files: ['one.txt'], withBase: false },
  ])
  expect((await stack(asked('mosaic/1'))).branches).toMatchObject([{ state: 'stacked' }])
})

it('a base that has moved meanwhile is left as it is', async () => {
  const a = await branch('1', { 'a.txt': 'a\n' })
  const base = origin.git('rev-parse', 'main')
  const { commit } = await stack(asked(a))
  const now = origin.commit('meanwhile', { 'b.txt': 'b\n' })
  leaveMain()
  expect(valueOf(await advance(base, commit))).toEqual({ outcome: 'moved' })
  expect(origin.git('rev-parse', 'main')).toBe(now)
})

it('a base that is checked out is moved by whoever has it, to what is offered beside it', async () => {
  const a = await branch('1', { 'a.txt': 'a\n' })
  const base = origin.git('rev-parse', 'main')
  const { commit } = await stack(asked(a))
  expect(valueOf(await advance(base, commit))).toEqual({ outcome: 'held', ref })
  expect(origin.git('rev-parse', 'main', ref)).toBe(`${base}\n${commit}`)
  origin.git('merge', '--quiet', '--ff-only', ref)
  expect(valueOf(await advance(base, commit, true))).toEqual({ outcome: 'landed' })
  expect(origin.git('for-each-ref', ref)).toBe('')
})

it('nothing that a repository names runs while something lands on it', async () => {
  const a = await branch('1', { 'a.txt': 'a\n', '.gitattributes': '* merge=evil filter=evil\n' })
  const proof = join(origin.folder, 'proof')
  origin.git('config', 'merge.evil.driver', `touch ${proof}`)
  origin.git('config', 'filter.evil.smudge', `touch ${proof}`)
  writeFiles(join(origin.path, '.git', 'hooks'), { 'pre-receive': `#!/bin/sh\ntouch ${proof}\n` })
  chmodSync(join(origin.path, '.git', 'hooks', 'pre-receive'), 0o755)
  leaveMain()
  const { baseCommit, commit } = await stack(asked(a))
  valueOf(await advance(baseCommit, commit))
  expect(show('main:a.txt')).toBe('a')
  expect(existsSync(proof)).toBe(false)
})
