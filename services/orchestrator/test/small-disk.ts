import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Only root may make one. */
export const mayMount = process.getuid?.() === 0

/** A disk in memory that a test can fill. */
export class SmallDisk implements Disposable {
  readonly path: string

  constructor(bytes: number, path = mkdtempSync(join(tmpdir(), 'mosaic-small-disk-'))) {
    this.path = path
    mkdirSync(path, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', this.path])
  }

  get #filler(): string {
    return join(this.path, 'filler')
  }

  /** Leaves so many bytes and no more. */
  fill(left = 0): void {
    const { bavail, bsize } = statfsSync(this.path)
    writeFileSync(this.#filler, Buffer.alloc(Math.max(0, bavail * bsize - left)))
  }

  free(): void {
    rmSync(this.#filler)
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.path])
    rmSync(this.path, { recursive: true, force: true })
  }
}
