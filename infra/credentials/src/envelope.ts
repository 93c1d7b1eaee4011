import { existsSync, readFileSync } from 'node:fs'
import { draftPrivateFile, type FileDraft, type FileLock, waitForLock } from '@mosaic/runtime'
import { z } from 'zod'
import { CredentialFault } from './fault.ts'
import type { MasterKeys } from './master-keys.ts'
import { seal, unseal } from './seal.ts'

/** A change waits for its turn for so long, in milliseconds. */
const patienceMs = 5_000

/** What a credential is for, and its name among those. */
export type CredentialId = { readonly kind: string; readonly name: string }

const entry = z.strictObject({ kind: z.string(), name: z.string(), keyId: z.string(), sealed: z.string() })
type Entry = z.infer<typeof entry>

const version = 1
const file = z.strictObject({
  format: z.literal('mosaic-credentials'),
  version: z.literal(version),
  credentials: z.array(entry),
})

/**
 * All credentials of an instance in one file (0600), each sealed with AES-256-GCM under a master key that lies elsewhere.
 * A credential is JSON: whatever has to stay with a secret (where it is sent, say) is sealed with it. It opens under its
 * own kind and name in its own instance alone. What is sealed can be taken out of the file unnoticed, never changed.
 * Every call reads the file: another process may have written it. Whoever changes it does so in turn. @throws CredentialFault
 */
export class Envelope {
  readonly #path: string
  readonly #instance: string
  readonly #keys: MasterKeys
  #underWay: Promise<unknown> = Promise.resolve()

  constructor({ path, instance, keys }: { path: string; instance: string; keys: MasterKeys }) {
    this.#path = path
    this.#instance = instance
    this.#keys = keys
  }

  /**
   * Changes are made one after another, by whatever process: each is drafted from what the one before has left.
   * @throws CredentialFault IN_USE
   */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#underWay.then(async () => {
      const lock = await this.#lock()
      try {
        return await change()
      } finally {
        lock.release()
      }
    })
    this.#underWay = changed.catch(() => undefined)
    return changed
  }

  async #lock(): Promise<FileLock> {
    const signal = AbortSignal.timeout(patienceMs)
    try {
      return await waitForLock(`${this.#path}.lock`, signal)
    } catch (cause) {
      if (!signal.aborted) throw cause
      const message = 'another process is changing the credentials, and does not get done with it: try again'
      throw new CredentialFault('IN_USE', message, { cause })
    }
  }

  /** The names there are, also of what cannot be opened. */
  names(kind: string): string[] {
    return this.#read().flatMap((one) => (one.kind === kind ? [one.name] : []))
  }

  open(id: CredentialId): unknown {
    const found = this.#read().find((one) => isSame(one, id))
    return found && this.#open(found)
  }

  /** Adds or replaces one. It takes effect with `commit` of the draft, which nothing but a lost disk can fail. */
  put({ kind, name }: CredentialId, value: unknown): FileDraft {
    const others = this.#read().filter((one) => !isSame(one, { kind, name }))
    return this.#draft([...others, this.#seal({ kind, name }, JSON.stringify(value))])
  }

  remove(id: CredentialId): FileDraft {
    return this.#draft(this.#read().filter((one) => !isSame(one, id)))
  }

  /** Seals everything anew under another master key and forgets those before. All of it opens, or nothing changes. */
  rotate(): { keyId: string; credentials: number } {
    const opened = this.#read().map((one) => ({ one, value: JSON.stringify(this.#open(one)) }))
    const { id } = this.#keys.next()
    this.#draft(opened.map(({ one, value }) => this.#seal(one, value))).commit()
    this.#keys.forgetOthers()
    return { keyId: id, credentials: opened.length }
  }

  #seal({ kind, name }: CredentialId, value: string): Entry {
    const key = this.#keys.sealing()
    return { kind, name, keyId: key.id, sealed: seal(key, value, this.#context({ kind, name }, key.id)) }
  }

  #open(one: Entry): unknown {
    const key = this.#keys.find(one.keyId)
    if (!key) {
      throw new CredentialFault(
        'KEY_MISSING',
        `the ${one.kind} credential ${one.name} was sealed with the master key ${one.keyId}, which is not here: give that key back (MOSAIC_MASTER_KEY, or the file master-key), or add the credential anew`,
      )
    }
    const value = unseal(key, one.sealed, this.#context(one, key.id))
    if (value !== undefined) return JSON.parse(value)
    throw new CredentialFault(
      'TAMPERED',
      `the ${one.kind} credential ${one.name} does not open: it was changed, or comes from another instance; add it anew`,
    )
  }

  #context({ kind, name }: CredentialId, keyId: string) {
    return ['mosaic-credential', String(version), this.#instance, kind, name, keyId]
  }

  #read(): Entry[] {
    if (!existsSync(this.#path)) return []
    const parsed = file.safeParse(jsonIn(readFileSync(this.#path, 'utf8')))
    if (parsed.success) return parsed.data.credentials
    throw new CredentialFault(
      'UNREADABLE',
      `${this.#path} is not understood: it is damaged, or a later version of Mosaic wrote it`,
      { cause: parsed.error },
    )
  }

  #draft(credentials: readonly Entry[]): FileDraft {
    const content = { format: 'mosaic-credentials', version, credentials }
    return draftPrivateFile(this.#path, `${JSON.stringify(content, null, 2)}\n`)
  }
}

const isSame = (one: CredentialId, other: CredentialId) => one.kind === other.kind && one.name === other.name

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
