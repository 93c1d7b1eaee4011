import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statfsSync } from 'node:fs'
import { open, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const megabyte = 1024 ** 2
/** Receipts of a hundred agents, each event as a write of its own. */
const reserveBytes = 32 * megabyte
/** As good as nothing: the event store's next write wants about one. */
const fullBytes = 4 * megabyte
/** It may not itself be what makes a disk full. */
const timesOver = 4
const everyMs = 10 * 60_000

/**
 * Part of the disk, kept to be given up: what is stopped while the disk is full, by whomever, gets into the log all the
 * same. Whoever else has been waiting for room takes of it too, so that it is given up for a stop and for nothing else.
 */
export class DiskReserve {
  readonly #folder: string
  readonly #file: string

  /** @param folder on the disk of the event store, as it is in the local tier; elsewhere it does no harm */
  constructor(folder: string) {
    this.#folder = folder
    this.#file = join(folder, 'reserve')
  }

  /** Makes it where it is not there, and the disk has room for it several times over. */
  async keep(): Promise<void> {
    if (existsSync(this.#file)) return
    const { bavail, bsize } = await statfs(this.#folder)
    if (bavail * bsize < timesOver * reserveBytes) return
    const part = `${this.#file}.part`
    try {
      await using file = await open(part, 'w', 0o600)
      // A disk that compresses would make nothing of zeros.
      for (let size = 0; size < reserveBytes; size += megabyte) await file.write(randomBytes(megabyte))
      await rename(part, this.#file)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
  }

  /** Again once there is room again. Ends with the signal; never rejects. */
  async keepNowAndThen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.keep().catch(() => undefined)
      await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** Answers whether there is more room now. */
  giveUpIfFull(): boolean {
    try {
      const { bavail, bsize } = statfsSync(this.#folder)
      if (bavail * bsize >= fullBytes || !existsSync(this.#file)) return false
      rmSync(this.#file)
      return true
    } catch {
      return false
    }
  }
}
