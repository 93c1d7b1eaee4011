import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { WriteCommand, WriteResult } from '../storage/commands.ts'
import { MEMORY, openForReading, openForWriting, storeFile } from '../storage/database.ts'
import { WriteEngine } from '../storage/engine.ts'
import { LogRoom } from '../storage/log-room.ts'
import { Reader } from '../storage/reader.ts'
import { verifyStore } from '../storage/verify.ts'
import { type Fault, FaultyDatabase, isDiskFault } from './faulty-database.ts'
import type { Random } from './random.ts'
import { FIRST_MADE_ID, idOf } from './records.ts'
import { type StoreFiles, readFiles, tornCheckpoint, tornCommit, writeFiles } from './torn-files.ts'

const MEMORY_DISK = '/dev/shm'
/** Pages; small, so that the log often goes into the store and begins anew. */
const CHECKPOINT_PAGES = 40

interface Opened {
  db: DatabaseSync
  readerDb: DatabaseSync
  disk: FaultyDatabase
  engine: WriteEngine
  room: LogRoom | undefined
  reader: Reader
}

/** The node's storage, in memory or on a disk from which the power can be taken. */
export class NodeUnderTest {
  readonly #now: () => number
  readonly #root: string | undefined
  #folders = 0
  #made = FIRST_MADE_ID
  #opened: Opened

  constructor(onDisk: boolean, now: () => number) {
    this.#now = now
    const parent = existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir()
    this.#root = onDisk ? mkdtempSync(join(parent, 'eventstore-simulation-')) : undefined
    if (onDisk) writeFiles(this.#folder, { store: Buffer.alloc(0), log: Buffer.alloc(0) })
    this.#opened = this.#open()
  }

  get #folder(): string {
    return join(this.#root!, `${this.#folders}`)
  }

  get onDisk(): boolean {
    return this.#root !== undefined
  }

  get reader(): Reader {
    return this.#opened.reader
  }

  #open(db = openForWriting(this.onDisk ? storeFile(this.#folder) : MEMORY)): Opened {
    if (this.onDisk) db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    const disk = new FaultyDatabase(db)
    const options = { now: this.#now, newId: () => idOf(this.#made++) }
    // The writer uses no more of a database than this has.
    const engine = new WriteEngine(disk as unknown as DatabaseSync, options)
    const room = this.onDisk ? new LogRoom(storeFile(this.#folder)) : undefined
    const readerDb = this.onDisk ? openForReading(storeFile(this.#folder)) : db
    return { db, readerDb, disk, engine, room, reader: new Reader(readerDb, this.#now) }
  }

  #closeDatabases(): void {
    const { db, readerDb, room } = this.#opened
    room?.close()
    // The reader first: closing the last connection folds the log into the store.
    for (const open of [readerDb, db]) if (open.isOpen) open.close()
  }

  restart(): void {
    if (this.onDisk) this.#closeDatabases()
    this.#opened = this.#open(this.onDisk ? undefined : this.#opened.db)
  }

  execute(commands: readonly WriteCommand[]): WriteResult[] {
    const { engine, room, reader } = this.#opened
    const { results, metadataOf } = engine.execute(commands)
    room?.keep()
    for (const stream of metadataOf) reader.metadataChanged(stream)
    return results
  }

  /** Undefined when the disk failed. */
  executeOnFailingDisk(commands: readonly WriteCommand[], fault: Fault): WriteResult[] | undefined {
    this.#opened.disk.fail(fault)
    try {
      return this.execute(commands)
    } catch (thrown) {
      if (isDiskFault(thrown)) return undefined
      throw thrown
    } finally {
      this.#opened.disk.heal()
    }
  }

  /** The power goes when everything is on the disk. */
  cutPower(): void {
    this.#continueWith(readFiles(this.#folder))
  }

  /** The power goes while these are written to the disk; what is left of it is opened. */
  executeInPowerCut(commands: readonly WriteCommand[], random: Random): WriteResult[] {
    const before = readFiles(this.#folder)
    const results = this.execute(commands)
    this.#continueWith(tornCommit(before, readFiles(this.#folder), random))
    return results
  }

  /** The log goes into the store, and the power perhaps, too. */
  checkpoint(powerCut: boolean, random: Random): void {
    const before = readFiles(this.#folder)
    this.#opened.db.exec(`PRAGMA wal_checkpoint(${random.pick(['PASSIVE', 'RESTART', 'TRUNCATE'])})`)
    if (powerCut) this.#continueWith(tornCheckpoint(before, readFiles(this.#folder), random))
  }

  #continueWith(files: StoreFiles): void {
    this.#closeDatabases()
    rmSync(this.#folder, { recursive: true })
    this.#folders++
    writeFiles(this.#folder, files)
    verifyStore(this.#folder)
    this.#opened = this.#open()
  }

  close(): void {
    this.#closeDatabases()
    if (this.#root !== undefined) rmSync(this.#root, { recursive: true })
  }
}
