import { createHash } from 'node:crypto'
import type { KeyValue, Messaging } from '@mosaic/messaging'
import { z } from 'zod'

const dayMs = 86_400_000
/** Of a value, in base64, below what nats-server takes (1 MB). */
const partLength = 700_000
/** In base64. What is larger has to have reached the origin. */
const mostLength = 64 * 1024 ** 2

const label = z.object({ parts: z.int().min(1), sha256: z.string() })

/** Too much for NATS. */
export class ParcelTooLargeError extends Error {
  override readonly name = 'ParcelTooLargeError'
}

/** What one worker leaves for the next of a session's work: a git bundle, kept by the instance's NATS for a week. */
export class Parcels {
  readonly #bucket: KeyValue

  constructor(messaging: Messaging) {
    this.#bucket = messaging.keyValue('parcels', { maxAgeMs: 7 * dayMs })
  }

  /** The parts first: whoever finds the label finds them. @throws MessagingUnavailableError, ParcelTooLargeError */
  async send(sessionId: string, bundle: Buffer): Promise<void> {
    const text = bundle.toString('base64')
    if (text.length > mostLength) throw new ParcelTooLargeError(`${bundle.length} bytes are too many to be handed over`)
    const parts = text.match(new RegExp(`.{1,${partLength}}`, 'g')) ?? []
    const sha256 = hashOf(bundle)
    for (const [index, part] of parts.entries()) await this.#bucket.put(`${sessionId}.${sha256}.${index}`, part)
    await this.#bucket.put(sessionId, JSON.stringify({ parts: parts.length, sha256 }))
  }

  /** The newest; `undefined` where there is none, or not the whole of it. @throws MessagingUnavailableError */
  async fetch(sessionId: string): Promise<Buffer | undefined> {
    const found = await this.#bucket.get(sessionId)
    if (!found) return undefined
    const { parts, sha256 } = label.parse(JSON.parse(found.value))
    const texts: string[] = []
    for (let index = 0; index < parts; index++) {
      texts.push((await this.#bucket.get(`${sessionId}.${sha256}.${index}`))?.value ?? '')
    }
    const bundle = Buffer.from(texts.join(''), 'base64')
    return hashOf(bundle) === sha256 ? bundle : undefined
  }
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
