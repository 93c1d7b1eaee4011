import type { DatabaseSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type WriteCommand, packResults, unpackCommands } from './commands.ts'
import { openForWriting } from './database.ts'
import { WriteEngine } from './engine.ts'
import { LogRoom } from './log-room.ts'
import type { FromWriter, ToWriter } from './writer.ts'

/** Commands in one transaction at most, so that one of many waits no longer than a disk write or two. */
const GROUP = 4096

const port = parentPort!
const { file } = workerData as { file: string }

const post = (message: FromWriter): void => port.postMessage(message)

function open(): { db: DatabaseSync; engine: WriteEngine; room: LogRoom } {
  const db = openForWriting(file)
  try {
    return { db, engine: new WriteEngine(db), room: new LogRoom(file) }
  } catch (fault) {
    db.close()
    throw fault
  }
}

let store: ReturnType<typeof open> | undefined

/** After a fault of the disk nothing in memory is believed: the store is opened anew, when that is possible. */
function giveUp(): void {
  try {
    store?.room.close()
    store?.db.close()
  } finally {
    store = undefined
  }
}

function execute(commands: WriteCommand[]): void {
  try {
    store ??= open()
    const { results, ...commit } = store.engine.execute(commands)
    post({ kind: 'committed', results: packResults(results), ...commit })
    store.room.keep()
  } catch (fault) {
    const ofDisk = (fault as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR'
    if (ofDisk) giveUp()
    // One command that cannot be carried out must not take the others of its group with it.
    if (!ofDisk && commands.length > 1) for (const command of commands) execute([command])
    else post({ kind: 'failed', count: commands.length, message: (fault as Error).message })
  }
}

function stop(): void {
  giveUp()
  post({ kind: 'stopped' })
  port.close()
}

/** Group commit: all that arrived while the last transaction was on its way to the disk goes into the next. */
function onMessage(first: ToWriter): void {
  let commands: WriteCommand[] = []
  let next: ToWriter | undefined = first
  while (next && next.kind !== 'stop') {
    for (const command of unpackCommands(next.commands)) commands.push(command)
    if (commands.length >= GROUP) {
      execute(commands)
      commands = []
    }
    next = receiveMessageOnPort(port)?.message as ToWriter | undefined
  }
  if (commands.length > 0) execute(commands)
  if (next?.kind === 'stop') stop()
}

try {
  store = open()
  port.on('message', onMessage)
  post({ kind: 'ready', newest: store.engine.newest })
} catch (fault) {
  post({ kind: 'refused', name: (fault as Error).name, message: (fault as Error).message })
  port.close()
}
