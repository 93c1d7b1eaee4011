import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LiveSession } from '@mosaic/contracts/fleet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LiveSessions } from './live-sessions.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mosaic-alive-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const session = (sessionId: string): LiveSession => ({
  sessionId,
  missionId: crypto.randomUUID(),
  runtime: 'internal',
  modelProvider: 'scripted',
  workerId: 'w',
  ancestors: [],
  workspaceId: 'default',
  sandboxIds: [sessionId],
})
const ids = Array.from({ length: 20 }, () => crypto.randomUUID())
/** As the killer, another process, has it. */
const seen = () => new LiveSessions(folder).all().map(({ sessionId }) => sessionId)

test('who has begun is there, who has ended is not', () => {
  const alive = new LiveSessions(folder)
  expect(seen()).toEqual([])
  for (const id of ids) expect(alive.add(session(id))).toBe(true)
  expect(new LiveSessions(folder).all()).toEqual(
    ids.map(session).map((each) => expect.objectContaining({ sessionId: each.sessionId })),
  )
  alive.remove(ids[3]!)
  alive.remove(ids[3]!)
  expect(seen()).toEqual(ids.filter((_, n) => n !== 3))
  alive.add(session(ids[3]!))
  expect(seen()).toContain(ids[3])
})

test('the file stays small however many have begun and ended', () => {
  const alive = new LiveSessions(folder)
  alive.add(session(ids[0]!))
  const line = statSync(join(folder, 'sessions')).size
  for (let n = 0; n < 5000; n++) {
    alive.add(session(ids[1]!))
    alive.remove(ids[1]!)
  }
  expect(statSync(join(folder, 'sessions')).size).toBeLessThan(1100 * line)
  expect(seen()).toEqual([ids[0]])
})

test('a line that was cut off hides none after it', () => {
  const alive = new LiveSessions(folder)
  for (const id of ids.slice(0, 2)) alive.add(session(id))
  writeFileSync(join(folder, 'sessions'), '\n{"sessionId":"cut o', { flag: 'a' })
  alive.add(session(ids[2]!))
  expect(seen()).toEqual(ids.slice(0, 3))
})
