import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { idOf } from '../simulation/records.ts'
import { encodeBody, viewRecord } from '../wire/record.ts'
import type { WriteCommand } from './commands.ts'
import { MEMORY, openForReading, openForWriting, storeFile } from './database.ts'
import { WriteEngine } from './engine.ts'
import { Pages } from './pages.ts'
import { RUN_BYTES, type StreamEvent } from './run.ts'
import { Expected } from './write-rules.ts'

const END = Number.MAX_SAFE_INTEGER
let ids = 0
const append = (stream: string, sizes: number[]): WriteCommand => {
  const body = (size: number) => encodeBody({ type: 'T', isJson: false, data: Buffer.alloc(size, 'x') })
  const events = sizes.map((size) => ({ id: idOf(ids++), body: body(size) }))
  return { kind: 'append', stream, expected: Expected.ANY, events }
}
const many = (count: number) => Array<number>(count).fill(10)

function written(file: string, commands: WriteCommand[]): { db: DatabaseSync; engine: WriteEngine; stream: number } {
  const db = openForWriting(file)
  const engine = new WriteEngine(db)
  for (const command of commands) engine.execute([command])
  const stream = Number(db.prepare("SELECT id FROM streams WHERE name = 's'").get()?.['id'])
  return { db, engine, stream }
}

const revisions = (events: StreamEvent[]) => events.map(({ revision }) => revision)
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)

describe('runs', () => {
  test('hold the events of one append, up to their size; a longer event stands alone', () => {
    const { db, stream } = written(MEMORY, [
      append('s', [10, 10, 10]),
      append('t', [10]),
      append('s', [10, 2 * RUN_BYTES, 10, RUN_BYTES / 2, RUN_BYTES / 2, 300 * 1024, 10]),
      append('s', [10]),
    ])
    const rows = db.prepare('SELECT revision FROM events WHERE stream = ? ORDER BY revision').all(stream)
    expect(rows.map((row) => row['revision'])).toEqual([2, 3, 4, 6, 7, 8, 9, 10])
    const events = new Pages(db).streamForwards(stream, 0, 100)
    expect(events.map(({ record }) => viewRecord(record))).toMatchObject(
      events.map(({ position, revision }) => ({ stream: 's', position, revision })),
    )
    db.close()
  })
})

describe('a page', () => {
  test('begins and ends anywhere in a run, in both directions', () => {
    const { db, stream } = written(MEMORY, [append('s', many(70)), append('s', [10]), append('s', many(90))])
    const pages = new Pages(db)
    const all = numbers(0, 161)
    const positionOf = (revision: number) => pages.streamForwards(stream, revision, 1)[0]?.position ?? END
    for (const count of [1, 2, 33, 400]) {
      for (const at of [0, 1, 40, 69, 70, 71, 72, 160, 161]) {
        const [behind, before] = [all.slice(at).slice(0, count), all.slice(0, at).toReversed().slice(0, count)]
        expect(revisions(pages.streamForwards(stream, at, count))).toEqual(behind)
        expect(revisions(pages.streamBackwards(stream, at - 1, count))).toEqual(before)
        expect(revisions(pages.allForwards(positionOf(at), count))).toEqual(behind)
        expect(revisions(pages.allBackwards(positionOf(at), count))).toEqual(before)
      }
    }
    db.close()
  })

  test('has no gap when a scavenge comes between the statements that it takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventstore-pages-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const singles = Array.from({ length: 300 }, () => append('s', [10]))
    const { db, engine, stream } = written(storeFile(folder), singles)
    const cut = encodeBody({ type: '$metadata', isJson: true, data: Buffer.from('{"$tb":200}') })
    const scavenge = () =>
      engine.execute([
        { ...append('$$s', []), events: [{ id: idOf(ids++), body: cut }] },
        { kind: 'scavenge', stream: '', expected: 100, events: [] },
      ])
    const reading = openForReading(storeFile(folder))
    const disturbed = {
      prepare: (sql: string) => {
        const statement = reading.prepare(sql)
        const all = (...parameters: number[]) => {
          const rows = statement.all(...parameters)
          scavenge()
          return rows
        }
        return { run: () => statement.run(), all }
      },
      get isTransaction() {
        return reading.isTransaction
      },
    }
    expect(revisions(new Pages(disturbed as unknown as DatabaseSync).streamForwards(stream, 0, 250))).toEqual(
      numbers(0, 250),
    )
    expect(revisions(new Pages(reading).streamForwards(stream, 0, 250))).toEqual(numbers(200, 300))
    reading.close()
    db.close()
  })
})
