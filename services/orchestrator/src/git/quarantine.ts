import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult } from './contract/index.ts'
import { diskFull, firstLine, saysDiskFull, timedOut } from './failures.ts'
import type { RunGit } from './git-command.ts'
import { moveObjects } from './object-files.ts'
import type { Pack } from './offer.ts'
import { removeTree } from './worktree-folder.ts'

/** As in receive-pack: what comes in fewer objects than this is kept as objects, not as one more pack. */
const unpackLimit = 100

export class CommitTooLarge extends Error {
  override readonly name = 'CommitTooLarge'
}

/**
 * A folder for objects that are not part of the mirror yet, so that a refused commit leaves nothing there, where every
 * agent of the repository could read it. (receive-pack has the same for pushes.)
 */
export class Quarantine implements AsyncDisposable {
  readonly #git: RunGit
  readonly #mirror: string
  readonly #objects: string

  private constructor(git: RunGit, mirror: string, objects: string) {
    this.#git = git
    this.#mirror = mirror
    this.#objects = objects
  }

  /** In `folder`, which is on the disk of the mirror. */
  static async open(git: RunGit, { mirror, folder }: { mirror: string; folder: string }): Promise<Quarantine> {
    await mkdir(folder, { recursive: true })
    const objects = await mkdtemp(join(folder, 'objects-'))
    try {
      await mkdir(join(objects, 'info'))
      await writeFile(join(objects, 'info/alternates'), `${mirror}/objects\n`)
    } catch (error) {
      await removeTree(objects)
      throw error
    }
    return new Quarantine(git, mirror, objects)
  }

  /** For git that is to see what is in here, and to write its own objects here. */
  get environment(): Readonly<Record<string, string>> {
    return { GIT_OBJECT_DIRECTORY: this.#objects }
  }

  /** Takes a pack of at most `maxBytes` whose objects are sound and refer to nothing that is not there; else CommitTooLarge. */
  async accept({ objects, bytes }: Pack, maxBytes: number): Promise<GitResult<void>> {
    const command = objects < unpackLimit ? ['unpack-objects', '-q', '--strict'] : ['index-pack', '--strict', '--stdin']
    const count = { bytes: 0 }
    const input = Readable.from(bounded(bytes, maxBytes, count))
    const output = await this.#git([`--git-dir=${this.#mirror}`, ...command], { input, env: this.environment })
    if (count.bytes > maxBytes) throw new CommitTooLarge(`more than ${maxBytes} bytes`)
    if (output.timedOut) return timedOut('Taking in the commit')
    if (output.code === 0) return ok(undefined)
    if (saysDiskFull(output.stderr)) return diskFull()
    return err({ code: 'COMMIT_INVALID', message: `git does not take this commit: ${firstLine(output.stderr)}` })
  }

  /** Everything in here becomes part of the mirror. */
  async release(): Promise<void> {
    await moveObjects(this.#objects, join(this.#mirror, 'objects'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.#objects)
  }
}

/** Ends, cut off, beyond the limit. */
async function* bounded(bytes: Readable, maxBytes: number, count: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    count.bytes += chunk.length
    if (count.bytes > maxBytes) return
    yield chunk
  }
}
