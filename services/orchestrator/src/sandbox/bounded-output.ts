import type { Readable } from 'node:stream'

export type Output = { readonly text: string; readonly truncated: boolean }

/**
 * Reads a stream to its end but keeps only its beginning and its end, half of `maxBytes` each: a command that
 * prints for ever costs no memory, and what a failing build says last is there.
 */
export class BoundedOutput {
  readonly ended: Promise<void>
  readonly #half: number
  #head: Buffer[] = []
  #headRoom: number
  #tail: Buffer[] = []
  #tailBytes = 0
  #leftOut = 0
  #isTaken = false

  constructor(stream: Readable, maxBytes: number) {
    this.#half = Math.ceil(maxBytes / 2)
    this.#headRoom = this.#half
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
    this.#isTaken = true
    const tail = Buffer.concat(this.#tail)
    const excess = Math.max(0, tail.length - this.#half)
    const leftOut = this.#leftOut + excess
    const [head, end] = [Buffer.concat(this.#head), tail.subarray(excess)]
    this.#head = []
    this.#tail = []
    if (leftOut === 0) return { text: Buffer.concat([head, end]).toString('utf8'), truncated: false }
    const note = `\n[… ${leftOut} bytes left out …]\n`
    return { text: wholeCharacters(head) + note + fromWholeCharacter(end), truncated: true }
  }

  #keep(chunk: Buffer): void {
    if (this.#isTaken) return
    const forHead = chunk.subarray(0, this.#headRoom)
    const rest = chunk.subarray(forHead.length)
    this.#headRoom -= forHead.length
    if (forHead.length > 0) this.#head.push(forHead)
    if (rest.length === 0) return
    this.#tail.push(rest)
    this.#tailBytes += rest.length
    while (this.#tailBytes - this.#tail[0]!.length >= this.#half) {
      const dropped = this.#tail.shift()!
      this.#tailBytes -= dropped.length
      this.#leftOut += dropped.length
    }
  }
}

function fromWholeCharacter(bytes: Buffer): string {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80)
  return bytes.subarray(start < 0 ? Math.min(4, bytes.length) : start).toString('utf8')
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
