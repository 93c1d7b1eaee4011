import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { storeFile } from './database.ts'

/** Another process, or another node in this one, has the store open. */
export class StoreLockedError extends Error {
  override name = 'StoreLockedError'
}

/** What may not be written SQLite would open for reading, and say nothing. */
function mustBeWritable(folder: string): void {
  for (const path of [folder, storeFile(folder)]) if (existsSync(path)) accessSync(path, constants.W_OK)
}

/**
 * Takes the folder for this process. The lock is one of the operating system on a file of its own, so that it is gone
 * with the process, however that ends. Answers how to let go.
 */
export function lockStore(folder: string): () => void {
  mustBeWritable(folder)
  const db = new DatabaseSync(join(folder, 'lock'))
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (fault) {
    db.close()
    const busy = /locked|busy/i.test((fault as Error).message)
    throw busy ? new StoreLockedError(`The store in ${folder} is in use by another process.`) : fault
  }
  return () => db.close()
}
