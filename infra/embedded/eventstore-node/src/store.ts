import { mkdirSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { MEMORY, openForReading, openForWriting, storeFile } from './storage/database.ts'
import { WriteEngine } from './storage/engine.ts'
import { Reader } from './storage/reader.ts'
import { lockStore } from './storage/lock.ts'
import { type Writer, inlineWriter, startWriterThread } from './storage/writer.ts'
import { Tail } from './subscriptions/tail.ts'

/** An open store: who writes it, who reads it, and who tells of what is new. */
export interface Store {
  writer: Writer
  reader: Reader
  tail: Tail
  db: DatabaseSync
  close(): Promise<void>
}

interface Opened {
  db: DatabaseSync
  writer: Writer
  unlock: () => void
}

async function open(folder: string | undefined): Promise<Opened> {
  if (folder === undefined) {
    const db = openForWriting(MEMORY)
    return { db, writer: inlineWriter(new WriteEngine(db)), unlock: () => {} }
  }
  mkdirSync(folder, { recursive: true })
  const unlock = lockStore(folder)
  try {
    const file = storeFile(folder)
    const writer = await startWriterThread(file)
    return { writer, db: openForReading(file), unlock }
  } catch (fault) {
    unlock()
    throw fault
  }
}

/** Opens the store in a folder, or a new one in memory. */
export async function openStore(folder: string | undefined): Promise<Store> {
  const { db, writer, unlock } = await open(folder)
  const reader = new Reader(db)
  const tail = new Tail(reader)
  writer.onCommit((commit) => {
    for (const stream of commit.metadataOf) reader.metadataChanged(stream)
    try {
      tail.advance(commit)
    } catch {
      // The disk did not give what was just written: what is missing is handed out with the next commit.
    }
  })
  const close = async () => {
    // The writer last: closing the last connection folds the log into the store.
    db.close()
    await writer.close()
    unlock()
  }
  return { writer, reader, tail, db, close }
}
