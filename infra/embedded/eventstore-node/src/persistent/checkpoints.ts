import type { Reader } from '../storage/reader.ts'
import type { Writer } from '../storage/writer.ts'
import { viewRecord } from '../wire/record.ts'
import { appendOwn, removeOwn } from './own-streams.ts'

const TYPE = 'SubscriptionCheckpoint'

/** How far a group got, kept in a stream of its own. */
export class Checkpoints {
  readonly stream: string
  readonly #reader: Reader
  readonly #writer: Writer
  #marker: number | undefined
  #writing = false
  /** What came up while another one was being written. */
  #next: string | undefined

  constructor(reader: Reader, writer: Writer, name: string) {
    this.#reader = reader
    this.#writer = writer
    this.stream = `$persistentsubscription-${name}-checkpoint`
    this.#marker = this.#load()
  }

  /** The newest marker that was decided on. */
  get marker(): number | undefined {
    return this.#marker
  }

  #load(): number | undefined {
    const view = this.#reader.view(this.stream)
    if (view.status !== 'present') return undefined
    const [event] = this.#reader.page(view.id, view.last, 1, true)
    const newest = event && viewRecord(event.record)
    if (newest?.type !== TYPE) return undefined
    const [number] = /\d+/.exec(Buffer.from(newest.data).toString('utf8')) ?? []
    return number === undefined ? undefined : Math.min(Number(number), Number.MAX_SAFE_INTEGER)
  }

  /** Writes a marker down; `shown` is the form in which clients see it. */
  write(marker: number, shown: string): void {
    this.#marker = marker
    this.#next = shown
    if (!this.#writing) void this.#work()
  }

  async #work(): Promise<void> {
    this.#writing = true
    for (let shown = this.#next; shown !== undefined; shown = this.#next) {
      this.#next = undefined
      await appendOwn(this.#writer, this.stream, { type: TYPE, isJson: true, data: Buffer.from(JSON.stringify(shown)) })
    }
    this.#writing = false
  }

  remove(): Promise<void> {
    this.#next = undefined
    return removeOwn(this.#writer, this.stream)
  }
}
