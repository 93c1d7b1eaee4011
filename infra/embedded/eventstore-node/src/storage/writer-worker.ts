import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type WriteCommand, packResults, unpackCommands } from './commands.ts'
import { openForWriting } from './database.ts'
import { WriteEngine } from './engine.ts'
import type { FromWriter, ToWriter } from './writer.ts'

/** Commands in one transaction at most, so that one of many waits no longer than a disk write or two. */
const GROUP = 4096

const port = parentPort!
const { file } = workerData as { file: string }

function open() {
  try {
    const db = openForWriting(file)
    const engine = new WriteEngine(db)
    return { db, engine }
  } catch (fault) {
    const { name, message } = fault as Error
    post({ kind: 'refused', name, message })
    port.close()
    return undefined
  }
}

function post(message: FromWriter, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

const opened = open()
if (opened) {
  const { db, engine } = opened

  const commit = (commands: WriteCommand[]) => {
    try {
      const { results, newest, metadataOf } = engine.execute(commands)
      const packed = packResults(results)
      post({ kind: 'committed', results: packed, newest, metadataOf }, [packed.buffer as ArrayBuffer])
    } catch (fault) {
      post({ kind: 'failed', count: commands.length, message: (fault as Error).message })
    }
  }

  /** Group commit: all that arrived while the last transaction was on its way to the disk goes into the next. */
  port.on('message', (first: ToWriter) => {
    let commands: WriteCommand[] = []
    let next: ToWriter | undefined = first
    while (next) {
      if (next.kind === 'stop') {
        if (commands.length > 0) commit(commands)
        db.close()
        post({ kind: 'stopped' })
        port.close()
        return
      }
      for (const command of unpackCommands(next.commands)) commands.push(command)
      if (commands.length >= GROUP) {
        commit(commands)
        commands = []
      }
      next = receiveMessageOnPort(port)?.message as ToWriter | undefined
    }
    if (commands.length > 0) commit(commands)
  })
  post({ kind: 'ready', newest: engine.newest })
}
