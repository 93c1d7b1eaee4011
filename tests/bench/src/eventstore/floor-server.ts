// The cheapest gRPC server that could do the work, in a process of its own; see floor.ts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
  type ServiceDefinition,
} from '@grpc/grpc-js'

const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-floor-'))
const db = new DatabaseSync(join(folder, 'floor.db'))
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (n INTEGER PRIMARY KEY, bytes BLOB)')
const insert = db.prepare('INSERT INTO events (bytes) VALUES (?)')

const same = (bytes: Buffer) => bytes
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/floor.Floor/${name}`,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
})
const service: ServiceDefinition = { append: method('Append', true, false), read: method('Read', false, true) }

/** One commit that is on disk, for whatever the client streamed. */
function append(call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
  const messages: Buffer[] = []
  call.on('data', (message: Buffer) => messages.push(message))
  call.on('end', () => {
    db.exec('BEGIN IMMEDIATE')
    for (const message of messages) insert.run(message)
    db.exec('COMMIT')
    answer(null, Buffer.alloc(8))
  })
}

/** The frame of the request, as often as its first four bytes say. */
async function read(call: ServerWritableStream<Buffer, Buffer>): Promise<void> {
  const count = call.request.readUInt32LE(0)
  const frame = call.request.subarray(4)
  for (let n = 0; n < count; n++) {
    if (!call.write(frame)) await new Promise((resolve) => call.once('drain', resolve))
  }
  call.end()
}

const server = new Server()
server.addService(service, { append, read: (call: ServerWritableStream<Buffer, Buffer>) => void read(call) })
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (fault, port) => {
  if (fault) throw fault
  process.send?.(port)
})
process.once('disconnect', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
})
