import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { afterAwake } from './after-awake.ts'

const later = (milliseconds: number) =>
  new Promise<string>((resolve) => afterAwake(milliseconds, () => resolve('late')))

test('what had come while the process stood still was called late', async () => {
  const arrived = readFile(import.meta.filename).then(() => 'arrived')
  const race = Promise.race([arrived, later(200)])
  // As long as SIGSTOP would have it stand.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  expect(await race).toBe('arrived')
})

test('what does not come is late after all, and what is cleared never is', async () => {
  const cleared = new Promise<string>((resolve) => afterAwake(20, () => resolve('cleared')).clear())
  // Somebody else keeps the process.
  const stay = setTimeout(() => undefined, 60_000)
  expect(await Promise.race([later(100), cleared])).toBe('late')
  clearTimeout(stay)
})
