import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { type Member, gossip } from './cluster/gossip.ts'
import { serverFeatures } from './cluster/server-features.ts'
import { type Routes, createGrpcServer } from './grpc/server.ts'
import { createHttpEndpoints } from './http/endpoints.ts'
import { listen } from './http/listener.ts'
import { Groups } from './persistent/groups.ts'
import { persistentService } from './persistent/service.ts'
import { MEMORY, openForReading, openForWriting, storeFile } from './storage/database.ts'
import { WriteEngine } from './storage/engine.ts'
import { Reader } from './storage/reader.ts'
import { type Writer, inlineWriter, startWriterThread } from './storage/writer.ts'
import { streamsService } from './streams/service.ts'
import { Tail } from './subscriptions/tail.ts'

export interface NodeOptions {
  /** Folder of the store; created when missing. */
  data?: string
  /** Keeps everything in memory: no folder, nothing left behind. */
  memory?: boolean
  /** 0 or absent: any free port. */
  port?: number
  host?: string
}

export interface EventStoreNode extends AsyncDisposable {
  /** For any EventStoreDB client. */
  connectionString: string
  port: number
  /** Finishes the writes that are waiting, then stops. */
  close(): Promise<void>
}

interface Store {
  writer: Writer
  db: DatabaseSync
}

async function openStore(options: NodeOptions): Promise<Store> {
  if (options.memory) {
    const db = openForWriting(MEMORY)
    return { db, writer: inlineWriter(new WriteEngine(db)) }
  }
  if (!options.data) throw new TypeError('Either `data` (a folder) or `memory: true` is needed.')
  mkdirSync(options.data, { recursive: true })
  const file = storeFile(options.data)
  const writer = await startWriterThread(file)
  return { writer, db: openForReading(file) }
}

/** Starts a node that speaks EventStoreDB's gRPC protocol. */
export async function startEventStoreNode(options: NodeOptions): Promise<EventStoreNode> {
  const { host = '127.0.0.1' } = options
  const { db, writer } = await openStore(options)
  const reader = new Reader(db)
  const tail = new Tail(reader)
  writer.onCommit(({ newest, metadataOf }) => {
    for (const stream of metadataOf) reader.metadataChanged(stream)
    tail.advance(newest)
  })

  const groups = new Groups({ reader, writer, tail, now: Date.now })
  const member: Member = { instanceId: randomUUID(), host, port: 0 }
  const routes: Routes = new Map([
    ...streamsService({ reader, writer, tail, guardRead: () => {}, guardWrite: () => {} }),
    ...persistentService({ groups, guard: () => {}, username: () => 'system' }),
    ...gossip(() => member),
    ...serverFeatures(() => routes.keys()),
  ])
  const grpc = createGrpcServer(routes)
  const http = createHttpEndpoints({
    member: () => member,
    newest: () => writer.newest,
    secure: false,
    live: () => true,
    stats: () => ({ proc: {}, sys: {}, es: {} }),
  })
  const listener = await listen(host, options.port ?? 0, grpc, http)
  member.port = listener.port

  let closing: Promise<void> | undefined
  const close = () =>
    (closing ??= (async () => {
      groups.close()
      await grpc.close()
      await listener.close()
      await writer.close()
      db.close()
    })())
  return {
    connectionString: `esdb://${host}:${listener.port}?tls=false`,
    port: listener.port,
    close,
    [Symbol.asyncDispose]: close,
  }
}
