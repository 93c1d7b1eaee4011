import { copyFileSync, rmSync, statSync, truncateSync } from 'node:fs'

/** A component's log is cut when it is larger than this; what was in it is kept beside it until the next cut. */
const largestBytes = 50 * 1024 * 1024

/**
 * Moves a log's text to `FILE.1` when it has grown too large. The file itself stays, because the component appends
 * to it by its descriptor; lines written between copy and cut are lost, which a log of this size can bear.
 */
export function cutLog(file: string, limit = largestBytes): void {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 }
  if (size <= limit) return
  try {
    copyFileSync(file, `${file}.1`)
  } catch (error) {
    // On a full disk the room is worth more than the old lines.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    rmSync(`${file}.1`, { force: true })
  }
  truncateSync(file)
}
