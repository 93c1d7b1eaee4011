import { existsSync, mkdirSync } from 'node:fs'
import { DatabaseSync, backup } from 'node:sqlite'
import { CorruptStoreError } from './corruption.ts'
import { storeFile } from './database.ts'
import { verifyStore } from './verify.ts'

const PAGES = 1000

/** Copies a store, also one that a node is writing to, into a new folder, and verifies the copy. */
export async function backupStore(folder: string, target: string): Promise<ReturnType<typeof verifyStore>> {
  if (!existsSync(storeFile(folder))) throw new CorruptStoreError(`There is no store in ${folder}.`)
  if (existsSync(storeFile(target))) throw new Error(`${target} already holds a store; a backup wants an empty folder.`)
  mkdirSync(target, { recursive: true })
  const db = new DatabaseSync(storeFile(folder), { readOnly: true, timeout: 5000 })
  try {
    await backup(db, storeFile(target), { rate: PAGES })
  } finally {
    db.close()
  }
  return verifyStore(target)
}
