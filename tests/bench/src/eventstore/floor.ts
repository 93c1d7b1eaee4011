import { randomUUID } from 'node:crypto'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Client, credentials } from '@grpc/grpc-js'

const same = (bytes: Buffer) => bytes

/** Calls with bytes for messages, to any server. */
export class RawClient {
  readonly #client: Client

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure())
  }

  /** A client-streaming call with these messages. */
  append(path: string, messages: readonly Buffer[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeClientStreamRequest(path, same, same, (fault) =>
        fault ? reject(fault) : resolve(),
      )
      for (const message of messages) call.write(message)
      call.end()
    })
  }

  /** A server-streaming call; answers how many messages came, and the first of them. */
  read(path: string, request: Buffer): Promise<{ count: number; first: Buffer | undefined }> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeServerStreamRequest(path, same, same, request)
      let count = 0
      let first: Buffer | undefined
      call.on('data', (message: Buffer) => {
        count++
        first ??= message
      })
      call.on('error', reject)
      call.on('end', () => resolve({ count, first }))
    })
  }

  /** A BatchAppend call, as the db-client keeps one open: sends a request and waits for its answer, many at once. */
  batches(path: string): { append(request: Buffer): Promise<void>; end(): void } {
    const call = this.#client.makeBidiStreamRequest(path, same, same)
    const waiting: PromiseWithResolvers<void>[] = []
    call.on('data', (answer: Buffer) => {
      // Answers come in the order of the requests; field 2 is an error.
      const next = waiting.shift()!
      if (answer.includes('WrongExpected') || answer.includes('BadRequest')) next.reject(new Error('refused'))
      else next.resolve()
    })
    call.on('error', (fault) => {
      for (const next of waiting.splice(0)) next.reject(fault)
    })
    return {
      append: (request) => {
        const next = Promise.withResolvers<void>()
        waiting.push(next)
        call.write(request)
        return next.promise
      },
      end: () => call.end(),
    }
  }

  close(): void {
    this.#client.close()
  }
}

/** Starts the bare server; answers its address and how to stop it. */
export async function startFloor(): Promise<{ address: string; close(): void }> {
  const child = fork(fileURLToPath(new URL('./floor-server.ts', import.meta.url)))
  const [port] = (await once(child, 'message')) as [number]
  return { address: `127.0.0.1:${port}`, close: () => child.disconnect() }
}

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
const field = (number: number, bytes: Uint8Array) =>
  Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes])
const text = (value: string) => Buffer.from(value, 'utf8')

/** ReadReq for so many events of $all. */
export const readAllRequest = (count: number): Buffer =>
  field(
    1,
    Buffer.concat([
      field(2, field(2, Buffer.alloc(0))),
      Buffer.from([5 * 8, ...varint(count)]),
      field(8, Buffer.alloc(0)),
      field(9, field(2, Buffer.alloc(0))),
    ]),
  )

/** ReadReq for so many events of a stream, from its first. */
export const readStreamRequest = (stream: string, count: number): Buffer =>
  field(
    1,
    Buffer.concat([
      field(1, Buffer.concat([field(1, field(3, text(stream))), field(3, Buffer.alloc(0))])),
      Buffer.from([5 * 8, ...varint(count)]),
      field(8, Buffer.alloc(0)),
      field(9, field(2, Buffer.alloc(0))),
    ]),
  )

const entry = (key: string, value: string) => field(2, Buffer.concat([field(1, text(key)), field(2, text(value))]))

const proposed = (id: string, data: Uint8Array): Buffer =>
  Buffer.concat([
    field(1, field(2, text(id))),
    entry('type', 'Appended'),
    entry('content-type', 'application/json'),
    field(4, data),
  ])

interface BatchAppend {
  stream: string
  ids: readonly string[]
  data: Uint8Array
}

/** BatchAppendReq with a whole append in it, for any revision of the stream. */
export const batchAppendRequest = ({ stream, ids, data }: BatchAppend): Buffer =>
  Buffer.concat([
    field(1, field(2, text(randomUUID()))),
    field(2, Buffer.concat([field(1, field(3, text(stream))), field(4, Buffer.alloc(0))])),
    ...ids.map((id) => field(3, proposed(id, data))),
    Buffer.from([4 * 8, 1]),
  ])

/** The two messages of an Append call: its options, for any revision of the stream, and one event. */
export const appendMessages = (stream: string, id: string, data: Uint8Array): Buffer[] => [
  field(1, Buffer.concat([field(1, field(3, text(stream))), field(4, Buffer.alloc(0))])),
  field(2, proposed(id, data)),
]
