import { expect, test } from 'vitest'
import { identifyProcess, isAlive } from './process-identity.ts'

test('a running process is told from an earlier one with its pid', () => {
  const self = identifyProcess(process.pid)
  expect(self && isAlive(self)).toBe(true)
  expect(isAlive({ pid: process.pid, startTime: '1' })).toBe(false)
})

test('no process, no identity', () => {
  expect(identifyProcess(2 ** 22 + 1)).toBeUndefined()
})
