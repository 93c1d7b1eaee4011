// Spoken between a terminal in a sandbox and the orchestrator outside: a letter, four bytes of length, and so many bytes.

/** To it: what is typed, its size, its end. From it: what its programs wrote, how what was typed was taken, how its program ended. */
export const kinds = { typed: 't', size: 's', hangUp: 'h', output: 'o', taken: 'k', ended: 'e' } as const
export type Kind = (typeof kinds)[keyof typeof kinds]

const headBytes = 5
export const mostFrameBytes = 256 * 1024

export class FrameError extends Error {
  override readonly name = 'FrameError'
}

export function frameOf(kind: Kind, body: Uint8Array | string): Buffer {
  const bytes = Buffer.from(body as Uint8Array)
  const head = Buffer.alloc(headBytes)
  head.write(kind, 0, 'latin1')
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** Takes bytes as they come, in whatever pieces, and gives out whole frames. @throws FrameError where one is too long */
export function frameReader(onFrame: (kind: string, body: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0)
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    while (held.length >= headBytes) {
      const length = held.readUInt32BE(1)
      if (length > mostFrameBytes) throw new FrameError(`a frame of ${length} bytes; expected at most ${mostFrameBytes}`)
      if (held.length < headBytes + length) return
      const [kind, body] = [held.toString('latin1', 0, 1), held.subarray(headBytes, headBytes + length)]
      held = held.subarray(headBytes + length)
      onFrame(kind, body)
    }
  }
}
