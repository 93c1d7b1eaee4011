import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { FaultyDatabase } from '../simulation/faulty-database.ts'
import { idOf } from '../simulation/records.ts'
import { readFiles, writeFiles } from '../simulation/torn-files.ts'
import { encodeBody } from '../wire/record.ts'
import type { WriteCommand } from './commands.ts'
import { MEMORY, openForWriting, storeFile } from './database.ts'
import { WriteEngine } from './engine.ts'
import { PAGE_SIZE } from './page-size.ts'
import { Reader } from './reader.ts'
import { Expected } from './write-rules.ts'
import { verifyStore } from './verify.ts'

let ids = 0
const append = (stream: string, count: number, data = '{}'): WriteCommand => {
  const body = encodeBody({ type: 'T', isJson: true, data: Buffer.from(data) })
  const events = Array.from({ length: count }, () => ({ id: idOf(ids++), body }))
  return { kind: 'append', stream, expected: Expected.ANY, events }
}
const scavenge = (streams: number): WriteCommand => ({ kind: 'scavenge', stream: '', expected: streams, events: [] })

test('a scavenge of which a step failed leaves out no stream', () => {
  const db = openForWriting(MEMORY)
  onTestFinished(() => db.close())
  const disk = new FaultyDatabase(db)
  const engine = new WriteEngine(disk as unknown as DatabaseSync)
  engine.execute([append('a', 3), append('$$a', 1, '{"$maxCount":1}'), append('b', 1)])
  disk.fail({ kind: 'COMMIT', after: 0, rollsBack: false })
  expect(() => engine.execute([scavenge(2)])).toThrow('disk I/O error')
  expect(engine.execute([scavenge(100)]).results).toMatchObject([{ outcome: 'written', last: 1 }])
  expect(new Reader(db).allForwards(0, 10)).toHaveLength(3)
})

test('what a scavenge took is a repeat under an exact revision until a restart', () => {
  const db = openForWriting(MEMORY)
  onTestFinished(() => db.close())
  const first = append('a', 1)
  const again = { ...first, expected: Expected.NO_STREAM }
  const engine = new WriteEngine(db)
  engine.execute([first, append('a', 1), append('$$a', 1, '{"$maxCount":1}'), scavenge(100)])
  expect(engine.execute([again]).results).toEqual([{ outcome: 'repeated', last: 0, position: -1 }])
  expect(new WriteEngine(db).execute([again]).results).toEqual([{ outcome: 'wrong-expected-revision', current: 1 }])
})

test('the second of two power cuts is no damage: what the first tore off is gone from the log', () => {
  const root = mkdtempSync(join(tmpdir(), 'power-cuts-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const cut = (from: string, to: string, write: (engine: WriteEngine) => void) => {
    const db = openForWriting(storeFile(from))
    const engine = new WriteEngine(db)
    engine.execute([append('a', 1)])
    const { length } = readFiles(from).log
    write(engine)
    const { store, log } = readFiles(from)
    writeFiles(to, { store, log: log.fill(0, length, length + 512) })
    db.close()
  }
  const [first, second, third] = ['1', '2', '3'].map((name) => join(root, name)) as [string, string, string]
  writeFiles(first, { store: Buffer.alloc(0), log: Buffer.alloc(0) })
  cut(first, second, (engine) => engine.execute([append('b', 20, JSON.stringify('x'.repeat(4000)))]))
  cut(second, third, (engine) => engine.execute([append('b', 1)]))
  expect(verifyStore(third)).toMatchObject({ events: 2, streams: 1 })
  openForWriting(storeFile(third)).close()
})

test('a sector torn in the middle of a frame header is no transaction', () => {
  const root = mkdtempSync(join(tmpdir(), 'power-cuts-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const [first, second] = [join(root, '1'), join(root, '2')]
  writeFiles(first, { store: Buffer.alloc(0), log: Buffer.alloc(0) })
  const db = openForWriting(storeFile(first))
  onTestFinished(() => db.close())
  const engine = new WriteEngine(db)
  engine.execute([append('a', 1)])
  const { length } = readFiles(first).log
  engine.execute([append('b', 3, JSON.stringify('x'.repeat(4000)))])
  const { store, log } = readFiles(first)
  const frame = 24 + PAGE_SIZE
  writeFiles(second, { store, log: log.fill(0xa5, length, length + frame + 6) })
  expect(verifyStore(second)).toMatchObject({ events: 1 })
})

test('a log whose header is damaged is no empty log', () => {
  const root = mkdtempSync(join(tmpdir(), 'damaged-header-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const origin = join(root, 'origin')
  writeFiles(origin, { store: Buffer.alloc(0), log: Buffer.alloc(0) })
  const db = openForWriting(storeFile(origin))
  onTestFinished(() => db.close())
  new WriteEngine(db).execute([append('a', 1)])
  const { store, log } = readFiles(origin)
  // From the magic number to the checksum.
  for (let at = 0; at < 32; at++) {
    const damaged = Buffer.from(log)
    damaged[at]! ^= 4
    const copy = join(root, String(at))
    writeFiles(copy, { store, log: damaged })
    expect(() => openForWriting(storeFile(copy))).toThrow(/damaged/)
  }
})

test.each([4096, PAGE_SIZE])(
  'a log of pages of %i bytes is damaged where a transaction behind the break was acknowledged',
  (size) => {
    const root = mkdtempSync(join(tmpdir(), 'damaged-frame-'))
    onTestFinished(() => rmSync(root, { recursive: true }))
    const [origin, damaged, torn] = ['origin', 'damaged', 'torn'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ]
    mkdirSync(origin)
    const older = new DatabaseSync(storeFile(origin))
    older.exec(`PRAGMA page_size = ${size}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL`)
    older.close()
    const db = openForWriting(storeFile(origin))
    onTestFinished(() => db.close())
    const engine = new WriteEngine(db)
    for (const stream of ['a', 'b', 'c']) engine.execute([append(stream, 1)])
    const { store, log } = readFiles(origin)
    const frame = 24 + size
    expect((log.length - 32) % frame).toBe(0)
    const flipped = Buffer.from(log)
    flipped[32 + 24 + size / 2]! ^= 1
    writeFiles(damaged, { store, log: flipped })
    expect(() => openForWriting(storeFile(damaged))).toThrow(/damaged at byte 32,/)
    writeFiles(torn, { store, log: log.subarray(0, log.length - size / 2) })
    expect(verifyStore(torn)).toMatchObject({ events: 2 })
  },
)
