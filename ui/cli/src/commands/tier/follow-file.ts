import { statSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Gives every line that is appended to a file from now on, until `signal`. The file may be missing at first, and be
 * cut while it is followed (then it is read from its start). Looks four times a second, which works on any file system.
 */
export async function followFile(file: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<void> {
  // At once, not after a tick: what is appended right after the call counts as new.
  let offset = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  let rest = ''
  while (!signal?.aborted) {
    const size = await sizeOf(file)
    if (size < offset) [offset, rest] = [0, '']
    if (size > offset) {
      const text = rest + (await readRange(file, offset, size))
      const lines = text.split('\n')
      rest = lines.pop() ?? ''
      offset = size
      lines.forEach(onLine)
    }
    await delay(250, undefined, { signal }).catch(() => {})
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

async function readRange(file: string, from: number, to: number): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
