import type { Reader } from '../storage/reader.ts'
import type { Writer } from '../storage/writer.ts'
import { resolveLink } from '../streams/links.ts'
import { recordId, viewRecord } from '../wire/record.ts'
import { type Message, revisionOf, subject } from './message.ts'
import { appendOwn, removeOwn, writeMetadata } from './own-streams.ts'
import { unixTime } from '../clock.ts'

const PAGE = 500
const ADMINS_ONLY = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' }

/** The events a group has put aside: a stream of links, one per event, the reason in the link's metadata. */
export class Parking {
  readonly stream: string
  readonly #reader: Reader
  readonly #writer: Writer
  /** Revision of the newest parked event, as far as the group knows. */
  #last: number | undefined
  #truncateBefore: number | undefined

  constructor(reader: Reader, writer: Writer, name: string) {
    this.#reader = reader
    this.#writer = writer
    this.stream = `$persistentsubscription-${name}-parked`
  }

  /** What the real server counts: a group without checkpoint knows nothing of what was parked before it began. */
  get count(): number {
    return this.#last === undefined ? 0 : this.#last - (this.#truncateBefore ?? 0) + 1
  }

  /** Looks up what is parked already. */
  load(): void {
    const view = this.#reader.view(this.stream)
    if (view.status !== 'present' || view.first > view.last) return
    this.#last = view.last
    this.#truncateBefore = view.first
  }

  /** False: the store did not take it. */
  async park(message: Message, reason: string): Promise<boolean> {
    // The real server leaves a number out that is 0.
    const number = revisionOf(message)
    const metadata = {
      added: new Date(unixTime()).toISOString(),
      reason,
      ...(number > 0 && { subscriptionEventNumber: number }),
    }
    const parked = await appendOwn(this.#writer, this.stream, {
      type: '$>',
      isJson: false,
      data: Buffer.from(this.#linkTo(message)),
      metadata: Buffer.from(JSON.stringify(metadata, undefined, 2)),
    })
    if (parked) this.#last = this.#reader.view(this.stream).last
    return parked
  }

  #linkTo(message: Message): Uint8Array | string {
    if (message.link && !message.link.target) return viewRecord(message.event.record).data
    const { stream, revision } = viewRecord(subject(message).record)
    return `${revision}@${stream}`
  }

  /** The revision behind the newest parked event, replayed or not; undefined without any. */
  get end(): number | undefined {
    const { status, last } = this.#reader.view(this.stream)
    return status === 'present' ? last + 1 : undefined
  }

  /** Parked events below the revision, the oldest first, ready to be handed out again. */
  *before(end: number): Iterable<Message> {
    const view = this.#reader.view(this.stream)
    for (let at = view.first; at < end; ) {
      const page = this.#reader.page(view.id, at, Math.min(PAGE, end - at))
      if (page.length === 0) return
      for (const event of page) {
        const resolution = resolveLink(this.#reader, event)
        const link = resolution.kind === 'link' ? { target: resolution.target } : undefined
        yield { event, link, id: recordId(event.record), marker: undefined, retryCount: 0 }
      }
      at = page.at(-1)!.revision + 1
    }
  }

  /** From then on what is below the revision is not parked any more. */
  async truncate(before: number): Promise<void> {
    const written = await writeMetadata(this.#writer, this.stream, { $tb: before, $acl: ADMINS_ONLY })
    if (written) this.#truncateBefore = before
  }

  remove(): Promise<void> {
    return removeOwn(this.#writer, this.stream)
  }
}
