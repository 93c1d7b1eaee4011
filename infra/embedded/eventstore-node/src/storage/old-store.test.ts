import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { idOf, lineOfRecord } from '../simulation/records.ts'
import { encodeBody, viewRecord } from '../wire/record.ts'
import type { WriteCommand } from './commands.ts'
import { openForWriting, storeFile } from './database.ts'
import { WriteEngine } from './engine.ts'
import { Reader } from './reader.ts'
import { verifyStore } from './verify.ts'
import { Expected } from './write-rules.ts'

/** Written by the program that knew no runs: streams that are kept, capped, cut, ended and deleted, links, a scavenge. */
const OLD = readFileSync(new URL('../../test/store-of-schema-1.sql', import.meta.url), 'utf8')

function oldStore(): { folder: string; rows: unknown[] } {
  const folder = mkdtempSync(join(tmpdir(), 'eventstore-schema-1-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const db = new DatabaseSync(storeFile(folder))
  db.exec(OLD)
  const rows = db.prepare('SELECT position, revision, record FROM events ORDER BY position').all()
  db.close()
  return { folder, rows }
}

function opened(folder: string): { db: DatabaseSync; engine: WriteEngine; reader: Reader } {
  const db = openForWriting(storeFile(folder))
  return { db, engine: new WriteEngine(db, { now: () => 1_800_000_000_000 }), reader: new Reader(db) }
}

const append = (stream: string, ids: number[]): WriteCommand => {
  const body = encodeBody({ type: 'T', isJson: true, data: Buffer.from('{}') })
  return { kind: 'append', stream, expected: Expected.ANY, events: ids.map((id) => ({ id: idOf(id), body })) }
}

const seen = (reader: Reader, stream: string, backwards = false) => {
  const view = reader.view(stream)
  return [view.status, reader.readPage(view, backwards ? view.last : 0, 100, backwards).map(({ revision }) => revision)]
}

test('a store of schema 1 is read as it is, and stays as it is', () => {
  const { folder, rows } = oldStore()
  const asItWas = { events: 35, streams: 14, links: 15, dangling: 4 }
  expect(verifyStore(folder)).toMatchObject(asItWas)
  const { db, reader } = opened(folder)
  expect(reader.allForwards(0, 100)).toMatchObject(rows as object[])
  expect(reader.allBackwards(Number.MAX_SAFE_INTEGER, 100)).toMatchObject(rows.toReversed() as object[])
  const streams = ['kept-1', 'capped-1', 'cut-1', 'deleted', 'ended', '$ce-cut']
  expect(streams.map((stream) => seen(reader, stream))).toEqual([
    ['present', [0, 1, 2, 3, 4, 5]],
    ['present', [2, 3]],
    ['present', [4]],
    ['missing', []],
    ['deleted', [Number.MAX_SAFE_INTEGER]],
    ['present', [0, 1, 2, 3, 4]],
  ])
  db.close()
  expect(verifyStore(folder)).toMatchObject(asItWas)
})

test('a store of schema 1 goes on: repeats are known, runs stand behind its rows, a scavenge takes from both', () => {
  const { folder, rows } = oldStore()
  const { db, engine, reader } = opened(folder)
  const { results } = engine.execute([append('kept-1', [1, 2, 3, 4, 5]), append('kept-1', [30, 31, 32])])
  expect(results).toMatchObject([
    { outcome: 'repeated', last: 4, position: 860 },
    { outcome: 'written', last: 8 },
  ])
  const links = reader.allForwards(0, 100).slice(rows.length + 3)
  expect(links.map(lineOfRecord)).toMatchObject(
    [/6@kept-1/, /7@kept-1/, /8@kept-1/].map((at) => expect.stringMatching(at)),
  )
  expect(seen(reader, 'kept-1', true)).toEqual(['present', [8, 7, 6, 5, 4, 3, 2, 1, 0]])

  const cut = { id: idOf(40), body: encodeBody({ type: '$metadata', isJson: true, data: Buffer.from('{"$tb":7}') }) }
  const scavenge: WriteCommand = { kind: 'scavenge', stream: '', expected: 100, events: [] }
  engine.execute([{ kind: 'append', stream: '$$kept-1', expected: Expected.ANY, events: [cut] }, scavenge])
  const left = reader.allForwards(0, 100).map(({ record }) => viewRecord(record))
  const leftOf = (name: string) => left.filter(({ stream }) => stream === name).map(({ revision }) => revision)
  expect([leftOf('kept-1'), leftOf('cut-1'), leftOf('capped-1')]).toEqual([[7, 8], [4], [2, 3]])
  db.close()
  expect(verifyStore(folder)).toMatchObject({ streams: 15, newest: left.at(-1)!.position })
})

test('who knows no runs is kept away from a store that has been opened since', () => {
  const { folder } = oldStore()
  opened(folder).db.close()
  const db = new DatabaseSync(storeFile(folder), { readOnly: true })
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 })
  db.close()
})
