import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import { folderFault } from '../opening.ts'
import { TOMBSTONE_REVISION, viewRecord } from '../wire/record.ts'
import { CorruptStoreError } from './corruption.ts'
import { storeFile } from './database.ts'
import { checkLog } from './log-check.ts'
import { StoreVersionError, checkVersion } from './schema.ts'

export interface Verification {
  /** All that are there, links and metadata too. */
  events: number
  streams: number
  /** Events of type `$>`. */
  links: number
  /** Position of the newest event, as clients see it in `$all`; 0 in an empty store. */
  newest: number
}

const PAGE = 1000

interface Row {
  position: number
  stream: number
  revision: number
  checksum: number
  record: Uint8Array
}

interface StreamCheck {
  name: string
  last: number
}

const bad = (position: number, what: string) => new CorruptStoreError(`position ${position}: ${what}`)

function checkRow(row: Row, streams: Map<number, StreamCheck>, scavenged: boolean): boolean {
  if (crc32(row.record) !== row.checksum) throw bad(row.position, 'the record does not match its checksum')
  const view = viewRecord(row.record)
  if (view.position !== row.position) throw bad(row.position, `the record says it stands at ${view.position}`)
  if (view.revision !== row.revision) throw bad(row.position, `the record says it is revision ${view.revision}`)
  const stream = streams.get(row.stream)
  if (stream && stream.name !== view.stream) throw bad(row.position, `stream ${row.stream} has two names`)
  const expected = stream ? stream.last + 1 : 0
  const mayBegin = scavenged && !stream
  if (row.revision !== expected && row.revision !== TOMBSTONE_REVISION && !mayBegin) {
    throw bad(row.position, `revision ${row.revision} of ${view.stream} where ${expected} belongs`)
  }
  streams.set(row.stream, { name: view.stream, last: row.revision })
  return view.type === '$>'
}

function checkNames(db: DatabaseSync, streams: Map<number, StreamCheck>): void {
  const find = db.prepare('SELECT id FROM streams WHERE name = ?')
  for (const [id, { name }] of streams) {
    if (find.get(name)?.['id'] !== id) throw bad(id, `stream ${name} is not found by its name`)
  }
}

function checked(db: DatabaseSync, file: string): DatabaseSync {
  try {
    if (checkVersion(db) > 0) return db
    throw new StoreVersionError(`${file} is no event store of this node.`)
  } catch (fault) {
    db.close()
    throw fault
  }
}

const hasLog = (file: string) => existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0

/** Opens a store that is not to be changed, also where SQLite cannot put its helper files: on full or read-only disks. */
export function openUnchanged(folder: string): DatabaseSync {
  const file = storeFile(folder)
  if (!existsSync(file) || statSync(file).size === 0) throw new CorruptStoreError(`There is no store in ${folder}.`)
  try {
    return checked(new DatabaseSync(file, { readOnly: true, timeout: 5000 }), file)
  } catch (fault) {
    const { message } = fault as Error
    if (/not a database/.test(message)) throw new CorruptStoreError(`${file} is damaged: ${message}`, { cause: fault })
    const noRoom = /unable to open|readonly|disk I\/O error/.test(message)
    if (!noRoom || hasLog(file)) throw folderFault(fault, folder)
    const url = pathToFileURL(file)
    url.searchParams.set('immutable', '1')
    return checked(new DatabaseSync(url, { readOnly: true }), file)
  }
}

/**
 * Reads every row of the store in a folder: checksums, positions, gaps in streams, names, and SQLite's own structure.
 * Changes nothing; a node may have the store open.
 *
 * Throws {@link CorruptStoreError} with the first bad position, or when there is no store, and `StoreVersionError` when
 * it is of a newer version or another program.
 */
export function verifyStore(folder: string): Verification {
  // Before SQLite looks at it.
  checkLog(storeFile(folder))
  const db = openUnchanged(folder)
  try {
    return walk(db)
  } finally {
    db.close()
  }
}

function walk(db: DatabaseSync): Verification {
  const page = db.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?')
  const scavenged = db.prepare("SELECT 1 FROM facts WHERE name = 'scavenged'").get() !== undefined
  const streams = new Map<number, StreamCheck>()
  const found: Verification = { events: 0, streams: 0, links: 0, newest: 0 }
  for (;;) {
    const rows = page.all(found.newest, PAGE) as unknown as Row[]
    if (rows.length === 0) break
    for (const row of rows) {
      if (checkRow(row, streams, scavenged)) found.links++
      found.events++
      found.newest = row.position
    }
  }
  found.streams = streams.size
  checkNames(db, streams)
  const [problem] = db.prepare('PRAGMA integrity_check(1)').all()
  const message = String(Object.values(problem ?? {})[0])
  if (message !== 'ok') throw bad(found.newest, message)
  return found
}
