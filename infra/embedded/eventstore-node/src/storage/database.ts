import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from './schema.ts'

export const STORE_FILE = 'events.db'
export const MEMORY = ':memory:'

export const storeFile = (folder: string): string => join(folder, STORE_FILE)

/** Pages of the log before SQLite copies them into the store; 4 KiB each. */
const CHECKPOINT_PAGES = 4000

/** The one connection that writes. A commit is on the disk when it returns (`synchronous = FULL`). */
export function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  try {
    if (file !== MEMORY) {
      // Must come before the first table; what a scavenge frees goes back to the file system.
      db.exec('PRAGMA auto_vacuum = INCREMENTAL')
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    }
    db.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF')
    migrate(db)
    return db
  } catch (fault) {
    db.close()
    throw fault
  }
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  db.exec('PRAGMA cache_size = -32768; PRAGMA query_only = ON')
  return db
}
