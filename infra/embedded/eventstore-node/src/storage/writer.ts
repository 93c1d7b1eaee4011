import { Worker } from 'node:worker_threads'
import { type WriteCommand, type WriteResult, packCommands, unpackResults } from './commands.ts'
import type { WriteEngine } from './engine.ts'
import type { FreshRecords } from './event-log.ts'

export type ToWriter = { kind: 'write'; commands: Uint8Array } | { kind: 'stop' }
export type FromWriter =
  | { kind: 'ready'; newest: number }
  | { kind: 'refused'; name: string; message: string }
  | ({ kind: 'committed'; results: number[] } & Commit)
  | { kind: 'failed'; count: number; message: string }
  | { kind: 'stopped' }

/** The store cannot be opened; name and message say why. Nothing was changed. */
export class StoreRefusedError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

export interface Commit {
  /** Position of the newest event of the store. */
  newest: number
  metadataOf: readonly string[]
  fresh: FreshRecords
}

/** Takes writes and answers each when it is on the disk. */
export interface Writer {
  write(command: WriteCommand): Promise<WriteResult>
  /** Position of the newest event known to be committed. */
  readonly newest: number
  /** False when writes cannot succeed any more, whatever the disk does. */
  readonly alive: boolean
  /** Called after each commit, before its writes are answered. */
  onCommit(listener: (commit: Commit) => void): void
  /** Finishes what is waiting. */
  close(): Promise<void>
}

const FAILED: WriteResult = { outcome: 'failed' }

/** The bookkeeping that both writers share: who waits, and who wants to know of commits. */
class Waiting {
  readonly queue: ((result: WriteResult) => void)[] = []
  readonly #listeners: ((commit: Commit) => void)[] = []
  newest = 0

  listen(listener: (commit: Commit) => void): void {
    this.#listeners.push(listener)
  }

  committed(results: readonly WriteResult[], commit: Commit): void {
    this.newest = commit.newest
    for (const listener of this.#listeners) listener(commit)
    for (const [index, resolve] of this.queue.splice(0, results.length).entries()) resolve(results[index]!)
  }

  failed(count: number): void {
    for (const resolve of this.queue.splice(0, count)) resolve(FAILED)
  }
}

/** Collects the writes of one turn of the event loop. */
function batching(send: (commands: WriteCommand[]) => void, waiting: Waiting): Writer['write'] {
  let commands: WriteCommand[] = []
  return (command) =>
    new Promise((resolve) => {
      waiting.queue.push(resolve)
      commands.push(command)
      if (commands.length > 1) return
      setImmediate(() => {
        const ready = commands
        commands = []
        send(ready)
      })
    })
}

/** Writes in a thread of its own, which may sleep in fsync while this one serves readers. */
export async function startWriterThread(file: string): Promise<Writer> {
  const thread = new Worker(new URL('./writer-thread.ts', import.meta.url), { workerData: { file } })
  const waiting = new Waiting()
  let stopped: (() => void) | undefined
  let alive = true

  await new Promise<void>((resolve, reject) => {
    thread.on('message', (message: FromWriter) => {
      if (message.kind === 'committed') waiting.committed(unpackResults(message.results), message)
      else if (message.kind === 'failed') waiting.failed(message.count)
      else if (message.kind === 'stopped') stopped?.()
      else if (message.kind === 'refused') reject(new StoreRefusedError(message.name, message.message))
      else {
        waiting.newest = message.newest
        resolve()
      }
    })
    thread.on('error', (fault) => {
      alive = false
      waiting.failed(Number.POSITIVE_INFINITY)
      reject(fault)
    })
    thread.on('exit', () => {
      alive = false
      waiting.failed(Number.POSITIVE_INFINITY)
      stopped?.()
    })
  })

  const post = (message: ToWriter, transfer: ArrayBuffer[] = []) => thread.postMessage(message, transfer)
  const send = (commands: WriteCommand[]) => {
    if (!alive) {
      waiting.failed(commands.length)
      return
    }
    const packed = packCommands(commands)
    post({ kind: 'write', commands: packed }, [packed.buffer as ArrayBuffer])
  }
  return {
    write: batching(send, waiting),
    get newest() {
      return waiting.newest
    },
    get alive() {
      return alive
    },
    onCommit: (listener) => waiting.listen(listener),
    close: async () => {
      if (!alive) return
      await new Promise<void>((resolve) => {
        stopped = resolve
        setImmediate(() => post({ kind: 'stop' }))
      })
      await thread.terminate()
    },
  }
}

/** Writes in this thread: for a store in memory, where no disk is waited for. */
export function inlineWriter(engine: WriteEngine): Writer {
  const waiting = new Waiting()
  waiting.newest = engine.newest
  const send = (commands: WriteCommand[]) => {
    try {
      const { results, ...commit } = engine.execute(commands)
      waiting.committed(results, commit)
    } catch {
      waiting.failed(commands.length)
    }
  }
  return {
    write: batching(send, waiting),
    get newest() {
      return waiting.newest
    },
    alive: true,
    onCommit: (listener) => waiting.listen(listener),
    close: () => Promise.resolve(),
  }
}
