import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

export type FileLock = { release(): void }

/**
 * Takes a lock that the kernel frees when this process ends, however it ends; undefined when another process holds
 * it. A lock of SQLite's is used because Node has no flock: no pid to mistake, nothing to clean up.
 */
export function takeLock(file: string): FileLock | undefined {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    // Nothing is ever written, so that a journal would only be one more file.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    if (/database is locked/.test(String(error))) return undefined
    throw error
  }
}

const pauseMs = 100

/** Takes such a lock as soon as nobody else holds it. @throws what ended `signal`, where somebody did for that long. */
export async function waitForLock(file: string, signal?: AbortSignal): Promise<FileLock> {
  for (;;) {
    const lock = takeLock(file)
    if (lock) return lock
    await delay(pauseMs, undefined, signal && { signal })
  }
}
