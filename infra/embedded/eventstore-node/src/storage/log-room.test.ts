import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { idOf } from '../simulation/records.ts'
import { encodeBody } from '../wire/record.ts'
import { openForWriting, storeFile } from './database.ts'
import { WriteEngine } from './engine.ts'
import { checkLog } from './log-check.ts'
import { LogRoom } from './log-room.ts'
import { Expected } from './write-rules.ts'

let ids = 0
const body = encodeBody({ type: 'T', isJson: false, data: Buffer.alloc(500, 'x') })
const append = () =>
  ({ kind: 'append', stream: 's', expected: Expected.ANY, events: [{ id: idOf(ids++), body }] }) as const

test('the log grows by many commits at once, and what is behind its end is no damage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventstore-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = storeFile(folder)
  const db = openForWriting(file)
  const engine = new WriteEngine(db)
  const room = new LogRoom(file)
  const sizes = new Set<number>()
  for (let commit = 0; commit < 100; commit++) {
    engine.execute([append()])
    room.keep()
    sizes.add(statSync(`${file}-wal`).size)
  }
  expect(sizes.size).toBeLessThan(5)
  checkLog(file)
  room.close()
  db.close()
})
