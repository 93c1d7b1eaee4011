import { statfs } from 'node:fs/promises'
import { runElsewhere, systemEnvironment } from '../../programs/starters.ts'

export type Usage = { readonly bytes: number; readonly files: number }

/** The disk that a path is on. */
export type Disk = {
  readonly used: Usage
  readonly freeBytes: number
  readonly freeFiles: number
  readonly bytes: number
}

const measureWithinMs = 60_000

export async function diskOf(path: string): Promise<Disk> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path)
  return {
    used: { bytes: (blocks - bfree) * bsize, files: files - ffree },
    freeBytes: bavail * bsize,
    // Some file systems make room for files as they come, and say 0 of 0.
    freeFiles: files === 0 ? Infinity : ffree,
    bytes: blocks * bsize,
  }
}

/** What a folder holds, by du(1): it counts what has two names once, follows no link and stays on its file system. */
export async function usageOf(folder: string): Promise<Usage> {
  const [bytes, files] = await Promise.all([
    count(['--block-size=1', '--summarize', '--one-file-system', '--', folder]),
    count(['--inodes', '--summarize', '--one-file-system', '--', folder]),
  ])
  return { bytes, files }
}

/** What vanishes while it counts it complains about, and counts on. */
async function count(options: readonly string[]): Promise<number> {
  const environment = { cwd: '/', env: systemEnvironment, timeoutMs: measureWithinMs }
  const { stdout } = await runElsewhere(['du', ...options], environment)
  return Number.parseInt(stdout, 10) || 0
}
