import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepPrivate } from './keep-private.ts'
import { pathsOf } from './paths.ts'

let folder: string
let umask: number
beforeEach(() => {
  umask = process.umask(0o022)
  folder = mkdtempSync(join(tmpdir(), 'mosaic-private-'))
})
afterEach(() => {
  process.umask(umask)
  rmSync(folder, { recursive: true })
})

const mode = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o7777).toString(8)
const file = (...path: string[]) => {
  mkdirSync(join(folder, ...path, '..'), { recursive: true })
  writeFileSync(join(folder, ...path), '')
}

test('what an earlier version left open is closed, and what is made from now on as well', () => {
  chmodSync(folder, 0o755)
  for (const path of ['run.json', 'logs/relay.log', 'nats/jetstream/1.blk', 'eventstore/events.db']) file(path)
  keepPrivate(pathsOf(folder))
  file('later')
  expect(['', 'logs', 'nats/jetstream'].map((path) => mode(path))).toEqual(['700', '700', '700'])
  const files = ['run.json', 'logs/relay.log', 'nats/jetstream/1.blk', 'eventstore/events.db', 'later']
  expect(files.map((path) => mode(path))).toEqual(files.map(() => '600'))
})

test('files of others, worktrees and shared folders keep their modes, and no link is followed', () => {
  file('git/worktrees/a/run.sh')
  file('notes.txt')
  chmodSync(join(folder, 'git/worktrees/a/run.sh'), 0o755)
  symlinkSync(join(folder, 'notes.txt'), join(folder, 'state.json'))
  chmodSync(folder, 0o1777)
  keepPrivate(pathsOf(folder))
  expect(['', 'git', 'git/worktrees/a/run.sh', 'notes.txt'].map((path) => mode(path))).toEqual([
    '1777',
    '700',
    '755',
    '644',
  ])
})
