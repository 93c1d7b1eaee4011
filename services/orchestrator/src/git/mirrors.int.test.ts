import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeRepository } from '../../test/repository.ts'
import { gitRunner, type RunGit } from './git-command.ts'
import { Mirrors } from './mirrors.ts'
import { Origins } from './origins.ts'

function mirrorsOf() {
  const root = mkdtempSync(join(tmpdir(), 'mosaic-mirrors-'))
  const run = gitRunner({ root })
  const calls = { fetch: 0, 'ls-remote': 0 }
  const git: RunGit = (args, call) => {
    if (args.includes('fetch')) calls.fetch++
    if (args.includes('ls-remote')) calls['ls-remote']++
    return run(args, call)
  }
  const mirrors = new Mirrors(git, new Origins({ hooks: 'off', home: root }), join(root, 'mirrors'))
  return { mirrors, calls }
}

function commitIn(repository: string): string {
  const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim()
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', 'commit', '-qm', 'more', '--allow-empty')
  return git('rev-parse', 'main')
}

test('a hundred and fifty agents on one repository waited for as many fetches, one after the other', async () => {
  const { mirrors, calls } = mirrorsOf()
  const repository = makeRepository()
  await mirrors.upToDate(repository, 'main')
  calls.fetch = 0
  const commit = commitIn(repository)
  const paths = await Promise.all(Array.from({ length: 150 }, () => mirrors.upToDate(repository, 'main')))
  expect(calls.fetch).toBeLessThanOrEqual(2)
  const [path] = new Set(paths.map((each) => each.ok && each.value))
  expect(await mirrors.commitOf(path || '', 'main')).toEqual({ ok: true, value: commit })
})

test('they looked at it as often, too', async () => {
  const { mirrors, calls } = mirrorsOf()
  const repository = makeRepository()
  const found = await Promise.all(Array.from({ length: 50 }, () => mirrors.inspect(repository, 'main')))
  expect(found.every(({ ok }) => ok)).toBe(true)
  expect(calls['ls-remote']).toBeLessThanOrEqual(2)
})

test('what a spawn has just seen to be there already is not fetched again for its worktree; a new commit is', async () => {
  const { mirrors, calls } = mirrorsOf()
  const repository = makeRepository()
  const begin = async () => {
    await mirrors.inspect(repository, 'main')
    const path = await mirrors.upToDate(repository, 'main', { asSeen: true })
    return path.ok && (await mirrors.commitOf(path.value, 'main'))
  }
  await begin()
  calls.fetch = 0
  await begin()
  expect(calls.fetch).toBe(0)
  const commit = commitIn(repository)
  expect(await begin()).toEqual({ ok: true, value: commit })
  expect(calls.fetch).toBe(1)
  await mirrors.upToDate(repository, 'main')
  expect(calls.fetch, 'who has not looked wants what is there now').toBe(2)
})
