import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeptCredential } from './kept-credential.ts'

const tokenOf = (letter: string) => `mosaic-worker.01890000-0000-7000-8000-000000000001.${letter.repeat(43)}`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-kept-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what a worker joined with is shown again after a start, without the token, and is its owner’s alone', () => {
  const kept = new KeptCredential(folder)
  const shown = kept.forToken(tokenOf('a'))
  expect(new KeptCredential(folder).isThere).toBe(false)
  kept.isGood(shown)
  const again = new KeptCredential(folder)
  expect(again.isThere).toBe(true)
  expect(again.shown()).toEqual({ credential: shown.credential })
  for (const name of readdirSync(folder)) {
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain(tokenOf('a').split('.')[2])
  }
})

test('a token whose answer was lost brings the same credential again, so that it is not used up', () => {
  const { credential } = new KeptCredential(folder).forToken(tokenOf('a'))
  const kept = new KeptCredential(folder)
  const again = kept.forToken(tokenOf('a'))
  expect(again).toEqual({ credential, token: tokenOf('a') })
  kept.isGood(again)
  expect(new KeptCredential(folder).forToken(tokenOf('a'))).toEqual(again)
})

test('a new token brings a new credential, and one that is refused costs the worker nothing', () => {
  const kept = new KeptCredential(folder)
  const first = kept.forToken(tokenOf('a'))
  kept.isGood(first)
  const second = kept.forToken(tokenOf('b'))
  expect(second.credential).not.toBe(first.credential)
  expect(kept.shown().credential).toBe(first.credential)
  // It goes on with what it has: what was refused does not take its place.
  kept.isGood(kept.shown())
  expect(kept.shown().credential).toBe(first.credential)
})

test('a file that is none of ours is said to be so', () => {
  writeFileSync(join(folder, 'worker-credential'), '{}')
  expect(() => new KeptCredential(folder).shown()).toThrow('cannot be read')
})
