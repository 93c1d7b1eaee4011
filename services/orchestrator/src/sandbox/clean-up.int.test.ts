import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { sweepOrphans } from './clean-up.ts'

const made: string[] = []
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** As an orchestrator of that process leaves one behind. */
function scratch(sessionId: string, pid: number): string {
  const path = join(tmpdir(), `mosaic-sandbox-${sessionId}-pid${pid}-${made.length}aA`)
  mkdirSync(path)
  made.push(path)
  return path
}
/** Of no process: pids end before that. */
const gone = 2 ** 23

describe('folders of sandboxes that an orchestrator left in the folder of all users', () => {
  test('are removed once it is gone, not before', async () => {
    const [left, used] = [scratch(randomUUID(), gone), scratch(randomUUID(), process.pid)]
    await sweepOrphans()
    expect([existsSync(left), existsSync(used)]).toEqual([false, true])
  })

  test.runIf(process.getuid?.() === 0)('of another user are left alone', async () => {
    const theirs = scratch(randomUUID(), gone)
    chownSync(theirs, 65_534, 65_534)
    await sweepOrphans()
    expect(existsSync(theirs)).toBe(true)
  })
})
