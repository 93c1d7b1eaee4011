import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { KeyValue, Messaging } from '@mosaic/messaging'
import { z } from 'zod'

const dayMs = 86_400_000
/** Of a part: in base64 below what nats-server takes as one value (1 MB). */
const partBytes = 512 * 1024
/** What is larger has to have reached the origin. */
const mostBytes = 1024 ** 3

const label = z.object({ parts: z.int().min(1), sha256: z.string() })
type Label = z.infer<typeof label>

/** Too much for NATS. */
export class ParcelTooLargeError extends Error {
  override readonly name = 'ParcelTooLargeError'
}

/**
 * What one worker leaves for the next of a session's work: a file in parts, kept by the instance's NATS for a week. No more
 * than one part of it is in memory at a time. Of each session there is one parcel, the newest.
 */
export class Parcels {
  readonly #bucket: KeyValue

  constructor(messaging: Messaging) {
    this.#bucket = messaging.keyValue('parcels', { maxAgeMs: 7 * dayMs })
  }

  /**
   * The parts first: whoever finds the label finds them. Sent again after it was cut off, it goes on with the part where that
   * happened. @throws MessagingUnavailableError, ParcelTooLargeError
   */
  async send(sessionId: string, path: string): Promise<void> {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > mostBytes) throw new ParcelTooLargeError(`${size} bytes are too many to be handed over`)
    const sha256 = await hashOf(path)
    const before = await this.#label(sessionId)
    if (before?.sha256 === sha256) return
    const parts = Math.max(1, Math.ceil(size / partBytes))
    for (let index = await this.#partsOf(sessionId, { sha256, parts }); index < parts; index++) {
      const bytes = Buffer.alloc(Math.min(partBytes, size - index * partBytes))
      await file.read(bytes, 0, bytes.length, index * partBytes)
      await this.#bucket.put(keyOf(sessionId, sha256, index), bytes.toString('base64'))
    }
    await this.#bucket.put(sessionId, JSON.stringify({ parts, sha256 } satisfies Label))
    if (before) await this.#drop(sessionId, before)
  }

  /** Writes the newest into the file; answers whether there is one, and whole. @throws MessagingUnavailableError */
  async fetch(sessionId: string, path: string): Promise<boolean> {
    const found = await this.#label(sessionId)
    if (!found) return false
    await using file = await open(path, 'w', 0o600)
    const hash = createHash('sha256')
    for (let index = 0; index < found.parts; index++) {
      const part = await this.#bucket.get(keyOf(sessionId, found.sha256, index))
      if (!part) return false
      const bytes = Buffer.from(part.value, 'base64')
      hash.update(bytes)
      await file.writeFile(bytes)
    }
    return hash.digest('hex') === found.sha256
  }

  async #label(sessionId: string): Promise<Label | undefined> {
    const found = await this.#bucket.get(sessionId)
    return found ? label.parse(JSON.parse(found.value)) : undefined
  }

  /** How many of its first parts are there, from a time that was cut off: they were put one after the other. */
  async #partsOf(sessionId: string, { sha256, parts }: Label): Promise<number> {
    let [there, missing] = [0, parts]
    while (there < missing) {
      const middle = Math.floor((there + missing) / 2)
      if (await this.#bucket.get(keyOf(sessionId, sha256, middle))) there = middle + 1
      else missing = middle
    }
    return there
  }

  async #drop(sessionId: string, { sha256, parts }: Label): Promise<void> {
    for (let index = 0; index < parts; index++) await this.#bucket.delete(keyOf(sessionId, sha256, index))
  }
}

const keyOf = (sessionId: string, sha256: string, index: number) => `${sessionId}.${sha256}.${index}`

async function hashOf(path: string): Promise<string> {
  await using file = await open(path)
  const hash = createHash('sha256')
  for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
