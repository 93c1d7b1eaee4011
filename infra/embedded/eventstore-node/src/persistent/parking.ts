import { randomUUID } from 'node:crypto'
import type { Reader } from '../storage/reader.ts'
import { Expected } from '../storage/write-rules.ts'
import type { Writer } from '../storage/writer.ts'
import { resolveLink } from '../streams/links.ts'
import { encodeBody, recordId, viewRecord } from '../wire/record.ts'
import { type Message, subject } from './message.ts'

const PAGE = 500

/** The events a group has put aside: a stream of links, one per event, the reason in the link's metadata. */
export class Parking {
  readonly stream: string
  readonly #reader: Reader
  readonly #writer: Writer

  constructor(reader: Reader, writer: Writer, name: string) {
    this.#reader = reader
    this.#writer = writer
    this.stream = `$persistentsubscription-${name}-parked`
  }

  get count(): number {
    const view = this.#reader.view(this.stream)
    return view.status === 'present' ? Math.max(0, view.last + 1 - view.first) : 0
  }

  /** False: the store did not take it. */
  async park(message: Message, reason: string, eventNumber: number | undefined): Promise<boolean> {
    const metadata = {
      added: new Date().toISOString(),
      reason,
      ...(eventNumber !== undefined && { subscriptionEventNumber: eventNumber }),
    }
    return this.#append(this.stream, {
      type: '$>',
      isJson: false,
      data: Buffer.from(this.#linkTo(message)),
      metadata: Buffer.from(JSON.stringify(metadata)),
    })
  }

  #linkTo(message: Message): Uint8Array | string {
    if (message.link && !message.link.target) return viewRecord(message.event.record).data
    const { stream, revision } = viewRecord(subject(message).record)
    return `${revision}@${stream}`
  }

  async #append(stream: string, body: Parameters<typeof encodeBody>[0]): Promise<boolean> {
    const events = [{ id: randomUUID(), body: encodeBody(body) }]
    const { outcome } = await this.#writer.write({ kind: 'append', stream, expected: Expected.ANY, events })
    return outcome === 'written'
  }

  /** Takes out up to `most` parked events, the oldest first; from then on they are not parked any more. */
  async takeOut(most: number): Promise<Message[]> {
    const view = this.#reader.view(this.stream)
    if (view.status !== 'present') return []
    const messages: Message[] = []
    let at = view.first
    while (messages.length < most) {
      const page = this.#reader.page(view.id, at, Math.min(PAGE, most - messages.length))
      if (page.length === 0) break
      for (const event of page) {
        const resolution = resolveLink(this.#reader, event)
        const link = resolution.kind === 'link' ? { target: resolution.target } : undefined
        messages.push({ event, link, id: recordId(event.record), marker: undefined, retryCount: 0 })
      }
      at = page.at(-1)!.revision + 1
    }
    if (messages.length > 0) await this.#truncate(at)
    return messages
  }

  #truncate(before: number): Promise<boolean> {
    const data = Buffer.from(JSON.stringify({ $tb: before }))
    return this.#append(`$$${this.stream}`, { type: '$metadata', isJson: true, data })
  }

  async remove(): Promise<void> {
    await this.#writer.write({ kind: 'delete', stream: this.stream, expected: Expected.ANY, events: [] })
  }
}
