import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { hasEnded, thisProcess } from './owner-process.ts'

const own = thisProcess()!

test('this process has not ended', () => expect(hasEnded(own)).toBe(false))

test('a process that has ended is told from one that was given its number', () => {
  expect(hasEnded({ ...own, startTime: '1' })).toBe(true)
})

test('a process that has ended and been reaped has ended', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect(hasEnded({ ...own, pid: child.pid! })).toBe(true)
})

test('a process under another kernel, or in another namespace, is not judged', () => {
  expect(hasEnded({ ...own, kernel: 'elsewhere/pid:[1]', startTime: '1' })).toBe(false)
})
