import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readToken, tokenVariable } from './join-token.ts'

const token = `mosaic-worker.01890000-0000-7000-8000-000000000001.${'a'.repeat(43)}`
const { signal } = new AbortController()

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-join-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('a join token as an argument, where every user can read it, is refused with the ways that there are', async () => {
  const hint = expect.stringMatching(/--token -.*--token @FILE.*MOSAIC_JOIN_TOKEN.*asked/) as string
  await expect(readToken(token, signal)).rejects.toMatchObject({
    message: expect.stringContaining('argument') as string,
    hint,
  })
})

test('a file is taken that only its owner can read, and no other', async () => {
  const file = join(folder, 'token')
  writeFileSync(file, `${token}\n`, { mode: 0o600 })
  expect(await readToken(`@${file}`, signal)).toBe(token)
  for (const mode of [0o640, 0o604]) {
    chmodSync(file, mode)
    await expect(readToken(`@${file}`, signal)).rejects.toThrow('Others can read')
  }
  await expect(readToken(`@${file}-none`, signal)).rejects.toThrow('cannot be read')
})

test('the variable is taken where no source is named', async () => {
  vi.stubEnv(tokenVariable, token)
  expect(await readToken(undefined, signal)).toBe(token)
  vi.stubEnv(tokenVariable, 'something else')
  await expect(readToken(undefined, signal)).rejects.toThrow('no token')
})
