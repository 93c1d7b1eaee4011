import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { folderFault } from '../opening.ts'
import { CorruptStoreError } from './corruption.ts'
import { storeFile } from './database.ts'
import { checkLog } from './log-check.ts'
import { StoreVersionError, checkVersion } from './schema.ts'
import { StoreWalk, type Verification } from './store-walk.ts'

export type { Verification } from './store-walk.ts'

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
 * Reads every row of the store in a folder: checksums, gaps in the log and in streams, links, names, recent ids, and
 * SQLite's own structure.
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
    return new StoreWalk(db).run()
  } finally {
    db.close()
  }
}
