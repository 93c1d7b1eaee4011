import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { workerCredential, workerIdIn } from '@mosaic/contracts/worker'
import { writePrivateFile } from '@mosaic/runtime'
import { z } from 'zod'
import { CliError, exitCodes } from '../../cli.ts'

const content = z.object({ credential: workerCredential, tokenHash: z.string() })
type Content = z.infer<typeof content>

/** What a worker shows of itself. */
export type Shown = { readonly credential: string; readonly token?: string }

/**
 * What a worker keeps in its data folder to join again. It is made here, and kept before it is shown: when the answer to
 * the exchange of a token is lost, the same token brings the same credential again.
 */
export class KeptCredential {
  readonly #folder: string
  readonly #file: string
  readonly #pending: string

  constructor(folder: string) {
    this.#folder = folder
    this.#file = join(folder, 'worker-credential')
    this.#pending = `${this.#file}.pending`
  }

  get isThere(): boolean {
    return existsSync(this.#file)
  }

  /** Without a token. */
  shown(): Shown {
    return { credential: this.#read(this.#file).credential }
  }

  /** The one that this token was shown with before, or a new one. */
  forToken(token: string): Shown {
    const tokenHash = createHash('sha256').update(token).digest('hex')
    for (const file of [this.#file, this.#pending]) {
      if (!existsSync(file)) continue
      const known = this.#read(file)
      if (known.tokenHash === tokenHash) return { credential: known.credential, token }
    }
    const credential = `mosaic-worker-credential.${workerIdIn(token)}.${randomBytes(32).toString('base64url')}`
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    writePrivateFile(this.#pending, `${JSON.stringify({ credential, tokenHash })}\n`)
    return { credential, token }
  }

  /** The instance has let it in. */
  isGood({ credential }: Shown): void {
    if (!existsSync(this.#pending) || this.#read(this.#pending).credential !== credential) return
    renameSync(this.#pending, this.#file)
  }

  #read(file: string): Content {
    try {
      return content.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch (error) {
      throw new CliError(`What this worker has kept in ${file} cannot be read.`, {
        exitCode: exitCodes.usage,
        hint: 'Remove the file, and join with a new token: "mosaic worker token" makes one.',
        cause: error,
      })
    }
  }
}
