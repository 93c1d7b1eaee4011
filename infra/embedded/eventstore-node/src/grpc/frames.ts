import { gunzipSync, inflateSync } from 'node:zlib'
import { GrpcError, Status } from './status.ts'

const PREFIX = 5

/** One buffer of length-prefixed messages: many small messages cost one write. */
export function frameMessages(messages: readonly Uint8Array[]): Buffer {
  let size = 0
  for (const message of messages) size += PREFIX + message.length
  const target = Buffer.allocUnsafe(size)
  let at = 0
  for (const message of messages) {
    target[at] = 0
    target.writeUInt32BE(message.length, at + 1)
    target.set(message, at + PREFIX)
    at += PREFIX + message.length
  }
  return target
}

function inflate(message: Buffer, encoding: string | undefined, limit: number): Buffer {
  const options = { maxOutputLength: limit }
  if (encoding === 'gzip') return gunzipSync(message, options)
  if (encoding === 'deflate') return inflateSync(message, options)
  throw new GrpcError(Status.UNIMPLEMENTED, `Unsupported message encoding ${encoding ?? 'none'}.`)
}

/** Cuts the bytes of a request into messages. */
export class MessageSplitter {
  #chunks: Buffer[] = []
  #size = 0
  #needed = PREFIX
  readonly #limit: number
  readonly #encoding: string | undefined

  constructor(limit: number, encoding: string | undefined) {
    this.#limit = limit
    this.#encoding = encoding
  }

  /** True when no message is cut off in the middle. */
  get atBoundary(): boolean {
    return this.#size === 0
  }

  push(chunk: Buffer, deliver: (message: Buffer) => void): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size < this.#needed) return
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#size)
    this.#needed = PREFIX
    while (bytes.length >= PREFIX) {
      const length = bytes.readUInt32BE(1)
      if (length > this.#limit) throw new GrpcError(Status.RESOURCE_EXHAUSTED, 'Received message exceeds the maximum.')
      if (bytes.length < PREFIX + length) {
        this.#needed = PREFIX + length
        break
      }
      const message = bytes.subarray(PREFIX, PREFIX + length)
      const compressed = bytes[0] === 1
      bytes = bytes.subarray(PREFIX + length)
      deliver(compressed ? inflate(message, this.#encoding, this.#limit) : message)
    }
    this.#chunks = bytes.length > 0 ? [bytes] : []
    this.#size = bytes.length
  }
}
