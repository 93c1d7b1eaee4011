import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identifyProcess } from '@mosaic/runtime'
import { afterAll, expect, test } from 'vitest'
import { cutLog } from './log-files.ts'
import { NotReadableError } from './not-readable.ts'
import { pathsOf } from './paths.ts'
import { lastLines } from '@mosaic/runtime'
import { readState, type State, supervisorRuns, writeState } from './state.ts'

const folder = mkdtempSync(join(tmpdir(), 'mosaic-state-'))
afterAll(() => rmSync(folder, { recursive: true }))

const state: State = {
  status: 'running',
  supervisor: identifyProcess(process.pid) ?? null,
  startedAt: '2026-01-01T00:00:00.000Z',
  ports: { gateway: 3000 },
  components: { relay: { status: 'running', process: { pid: 1, startTime: '2' }, restarts: 0, probe: null } },
}

test('what is written is read', () => {
  writeState(pathsOf(folder), state)
  expect(readState(pathsOf(folder))).toEqual(state)
})

// Root may read everything.
test.runIf(process.getuid?.() !== 0)('another user’s instance is not readable, not absent', () => {
  const closed = mkdtempSync(join(folder, 'closed-'))
  writeState(pathsOf(closed), state)
  chmodSync(closed, 0)
  try {
    expect(() => readState(pathsOf(closed))).toThrow(NotReadableError)
  } finally {
    chmodSync(closed, 0o700)
  }
})

test('records that are missing or damaged count as none', () => {
  const paths = pathsOf(join(folder, 'none'))
  expect(readState(paths)).toBeUndefined()
  writeFileSync(pathsOf(folder).state, '{"status": "runn')
  expect(readState(pathsOf(folder))).toBeUndefined()
})

test('a supervisor that was killed does not run, even when its pid was given to another process', () => {
  expect(supervisorRuns(state)).toBe(true)
  expect(supervisorRuns({ ...state, supervisor: { pid: process.pid, startTime: '1' } })).toBe(false)
  expect(supervisorRuns({ ...state, supervisor: null })).toBe(false)
})

test('a log that grew too large is moved aside, and the file stays', () => {
  const log = join(folder, 'relay.log')
  writeFileSync(log, 'line\n'.repeat(10))
  cutLog(log, 100)
  expect(lastLines(log, 1)).toEqual(['line'])
  cutLog(log, 10)
  expect(lastLines(log, 1)).toEqual([])
  expect(lastLines(`${log}.1`, 1)).toEqual(['line'])
})
