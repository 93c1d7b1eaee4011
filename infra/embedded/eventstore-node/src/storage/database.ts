import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CorruptStoreError } from './corruption.ts'
import { checkLog } from './log-check.ts'
import { PAGE_SIZE } from './page-size.ts'
import { StoreVersionError, checkVersion, migrate } from './schema.ts'

export const STORE_FILE = 'events.db'
export const MEMORY = ':memory:'

export const storeFile = (folder: string): string => join(folder, STORE_FILE)

/** Bytes of the log before SQLite copies its pages into the store. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024

/** Stores up to this size are checked as a whole when they are opened; larger ones by `verify`, on demand. */
const CHECKED_BYTES = 32 * 1024 * 1024

function checkStructure(file: string, db: DatabaseSync): void {
  if (statSync(file).size > CHECKED_BYTES) return
  const [problem] = db.prepare('PRAGMA integrity_check(1)').all()
  const message = String(Object.values(problem ?? {})[0])
  if (message !== 'ok') throw new CorruptStoreError(`${file} is damaged: ${message}`)
}

function prepareFile(file: string, db: DatabaseSync, existed: boolean): void {
  // Before anything that writes: a store that we cannot use must stay as it is.
  if (checkVersion(db) === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get()) {
    throw new StoreVersionError(`${file} is the database of another program.`)
  }
  // Must come before the first table; what a scavenge frees goes back to the file system.
  if (!existed) db.exec(`PRAGMA page_size = ${PAGE_SIZE}; PRAGMA auto_vacuum = INCREMENTAL`)
  const pageSize = Number(db.prepare('PRAGMA page_size').get()?.['page_size'])
  const checkpoint = Math.round(CHECKPOINT_BYTES / pageSize)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${checkpoint}`)
  if (existed) checkStructure(file, db)
  if (existed) emptyLog(db)
}

/**
 * What a power cut tore off stays in the log, behind what is written next: after a second power cut it would look like
 * acknowledged transactions behind a break, see log-check.ts. So every run begins with an empty log.
 */
function emptyLog(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // No room, or not our disk's day: everything can be read as it is.
  }
}

const CORRUPT = /malformed|not a database|disk image/

/** The one connection that writes. A commit is on the disk when it returns (`synchronous = FULL`). */
export function openForWriting(file: string): DatabaseSync {
  // An empty file is what a full disk leaves of a new store.
  const existed = file !== MEMORY && existsSync(file) && statSync(file).size > 0
  if (existed) checkLog(file)
  const db = new DatabaseSync(file)
  try {
    if (file !== MEMORY) prepareFile(file, db, existed)
    db.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF')
    migrate(db)
    return db
  } catch (fault) {
    db.close()
    const { message } = fault as Error
    throw CORRUPT.test(message) ? new CorruptStoreError(`${file} is damaged: ${message}`, { cause: fault }) : fault
  }
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  db.exec('PRAGMA cache_size = -32768; PRAGMA query_only = ON')
  return db
}
