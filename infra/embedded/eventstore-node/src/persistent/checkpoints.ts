import { randomUUID } from 'node:crypto'
import type { Reader } from '../storage/reader.ts'
import { Expected } from '../storage/write-rules.ts'
import type { Writer } from '../storage/writer.ts'
import { encodeBody, viewRecord } from '../wire/record.ts'

const TYPE = 'SubscriptionCheckpoint'

/** How far a group got, kept in a stream of its own. */
export class Checkpoints {
  readonly stream: string
  readonly #reader: Reader
  readonly #writer: Writer
  writing = false
  #marker: number | undefined

  constructor(reader: Reader, writer: Writer, name: string) {
    this.#reader = reader
    this.#writer = writer
    this.stream = `$persistentsubscription-${name}-checkpoint`
    this.#marker = this.#load()
  }

  /** The newest marker that is written down. */
  get marker(): number | undefined {
    return this.#marker
  }

  #load(): number | undefined {
    const view = this.#reader.view(this.stream)
    if (view.status !== 'present') return undefined
    const [event] = this.#reader.page(view.id, view.last, 1, true)
    const text = event && Buffer.from(viewRecord(event.record).data).toString('utf8')
    const [number] = /\d+/.exec(text ?? '') ?? []
    return number === undefined ? undefined : Number(number)
  }

  /** Writes a marker down; one at a time, see `writing`. `show` is the form in which clients see it. */
  async write(marker: number, show: string): Promise<void> {
    this.writing = true
    try {
      if (this.#marker === undefined) await this.#keepFew()
      const written = await this.#append(this.stream, TYPE, JSON.stringify(show))
      if (written) this.#marker = marker
    } finally {
      this.writing = false
    }
  }

  #keepFew(): Promise<boolean> {
    return this.#append(`$$${this.stream}`, '$metadata', '{"$maxCount":2}')
  }

  async #append(stream: string, type: string, json: string): Promise<boolean> {
    const body = encodeBody({ type, isJson: true, data: Buffer.from(json) })
    const events = [{ id: randomUUID(), body }]
    const { outcome } = await this.#writer.write({ kind: 'append', stream, expected: Expected.ANY, events })
    return outcome === 'written'
  }

  async remove(): Promise<void> {
    await this.#writer.write({ kind: 'delete', stream: this.stream, expected: Expected.ANY, events: [] })
  }
}
