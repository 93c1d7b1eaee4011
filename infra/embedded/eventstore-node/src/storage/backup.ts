import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { backup } from 'node:sqlite'
import { NodeStartError, folderFault } from '../opening.ts'
import { storeFile } from './database.ts'
import { type Verification, openUnchanged, verifyStore } from './verify.ts'

/** SQLite pages copied in one go; between them a node may write. */
const PAGES = 1000

/**
 * Copies the store in a folder, also one that a node is writing to, into a new or empty folder, and verifies the copy
 * (SQLite's online backup, sqlite.org/backup.html). The copy is a store like any other: a node can start on it.
 *
 * Throws what {@link verifyStore} throws when there is no sound store to copy, and {@link NodeStartError} when the
 * target holds one already, is full, or cannot be written to. No half copy is left behind.
 */
export async function backupStore(folder: string, target: string): Promise<Verification> {
  const copy = storeFile(target)
  const db = openUnchanged(folder)
  try {
    if (existsSync(copy)) throw new NodeStartError(`${target} already holds a store; a backup wants an empty folder.`)
    await copyInto(target, () => backup(db, copy, { rate: PAGES }))
  } finally {
    db.close()
  }
  return verifyStore(target)
}

async function copyInto(target: string, run: () => Promise<unknown>): Promise<void> {
  try {
    mkdirSync(target, { recursive: true })
    await run()
  } catch (fault) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(storeFile(target) + suffix, { force: true })
    throw folderFault(fault, target)
  }
}
