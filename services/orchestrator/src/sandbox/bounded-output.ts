import type { Readable } from 'node:stream'

export type Output = { readonly text: string; readonly truncated: boolean }

/** Reads a stream to its end but keeps only the first `maxBytes`: a command that prints for ever costs no memory. */
export class BoundedOutput {
  readonly ended: Promise<void>
  #chunks: Buffer[] = []
  #room: number
  #truncated = false

  constructor(stream: Readable, maxBytes: number) {
    this.#room = maxBytes
    this.ended = new Promise((resolve) => {
      stream.on('data', (chunk: Buffer) => this.#keep(chunk))
      stream.once('close', resolve)
      stream.once('end', resolve)
      // A pipe that breaks ends the output; what was read counts.
      stream.on('error', () => resolve())
    })
  }

  /**
   * What has been kept. The stream is read on and dropped: a server that the command left in the background
   * would otherwise die of SIGPIPE at its next log line.
   */
  take(): Output {
    const output = { text: wholeCharacters(Buffer.concat(this.#chunks)), truncated: this.#truncated }
    this.#chunks = []
    this.#room = 0
    return output
  }

  #keep(chunk: Buffer): void {
    if (chunk.length > this.#room) this.#truncated = true
    if (this.#room > 0) this.#chunks.push(chunk.subarray(0, this.#room))
    this.#room = Math.max(0, this.#room - chunk.length)
  }
}

/** The cut may fall inside a UTF-8 sequence: drop its beginning rather than show a replacement character. */
export function wholeCharacters(bytes: Buffer): string {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return bytes.subarray(0, needed > back ? bytes.length - back : bytes.length).toString('utf8')
  }
  return bytes.toString('utf8')
}
