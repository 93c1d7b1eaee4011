import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeBody } from '../wire/record.ts'
import { openForWriting, storeFile } from './database.ts'
import { WriteEngine } from './engine.ts'
import { type RunRow, type StreamEvent, eventsOf } from './run.ts'
import { verifyStore } from './verify.ts'
import { Expected } from './write-rules.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventstore-verify-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const body = (type: string, data: string) => encodeBody({ type, isJson: false, data: Buffer.from(data) })

/** 1,500 events in three streams, and two links of which one leads nowhere. */
function fill(): void {
  const db = openForWriting(storeFile(folder))
  const engine = new WriteEngine(db)
  let made = 0
  const append = (stream: string, bodies: Buffer[]) =>
    engine.execute([
      {
        kind: 'append',
        stream,
        expected: Expected.ANY,
        events: bodies.map((each) => ({ id: idOf(made++), body: each })),
      },
    ])
  for (let n = 0; n < 15; n++) append(`s-${n % 3}`, Array(100).fill(body('T', 'x'.repeat(n))))
  append('links', [body('$>', '7@s-1'), body('$>', '7@nowhere')])
  db.close()
}

function damage(sql: string): void {
  const db = new DatabaseSync(storeFile(folder))
  db.exec(sql)
  db.close()
}

/** One of s-0, with others before and behind. */
function someRun(): { row: RunRow; events: StreamEvent[] } {
  const db = new DatabaseSync(storeFile(folder), { readOnly: true })
  const row = db
    .prepare("SELECT * FROM events WHERE stream = (SELECT id FROM streams WHERE name = 's-0') AND revision > 250")
    .get()
  db.close()
  return { row: row as unknown as RunRow, events: eventsOf(row as unknown as RunRow) }
}

describe('verifyStore', () => {
  test('counts what is there', () => {
    fill()
    expect(verifyStore(folder)).toMatchObject({ events: 1502, streams: 4, links: 2, dangling: 1 })
  })

  test.each([
    ['a changed record', 'UPDATE events SET record = zeroblob(length(record)) WHERE rowid = %', 'does not match'],
    ['a run taken out of a stream', 'DELETE FROM events WHERE position = %', 'an event is missing here'],
    ['a revision that was moved', 'UPDATE events SET revision = 4000 WHERE position = %', 'says it is revision'],
    ['a row of another stream', 'UPDATE events SET stream = 9999 WHERE position = %', 'where 0 belongs'],
  ])('says where %s stands', (_, sql, message) => {
    fill()
    const { row, events } = someRun()
    damage(sql.replace('%', String(row.position)))
    expect(() => verifyStore(folder)).toThrow(new RegExp(`^position ${events[0]!.position}: .*${message}`))
  })

  test('says which events are in a damaged run', () => {
    fill()
    const { row, events } = someRun()
    damage(`UPDATE events SET checksum = 0 WHERE position = ${row.position}`)
    const [first, last] = [events[0]!, events.at(-1)!]
    expect(last.revision - first.revision).toBeGreaterThan(10)
    expect(() => verifyStore(folder)).toThrow(
      `position ${first.position}: the record of ${first.revision} to ${last.revision} of s-0, up to ${last.position}, does not match its checksum`,
    )
  })

  test.each([
    [
      'the ids of repeats',
      "UPDATE recent_ids SET entries = CAST(x'ff' || substr(entries, 2) AS BLOB)",
      /the ids up to here are damaged/,
    ],
    ['the name of a stream', "UPDATE streams SET name = 's-9' WHERE name = 's-2'", /is not found by its name/],
  ])('notices damage to %s', (_, sql, message) => {
    fill()
    damage(sql)
    expect(() => verifyStore(folder)).toThrow(message)
  })
})
