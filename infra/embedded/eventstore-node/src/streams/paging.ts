import { setImmediate as turn } from 'node:timers/promises'
import type { ServerCall } from '../grpc/call.ts'
import { frameMessages } from '../grpc/frames.ts'
import type { StoredEvent } from '../storage/reader.ts'

/** Fewer, larger pages cost less to read and to send; a client that does not read keeps one of them waiting. */
const PAGE_BYTES = 128 * 1024
const FIRST_PAGE = 32
const LARGEST_PAGE = 500

/** Pages that hold about as many bytes as fit: many small events or a few large ones. */
export class PageSize {
  #events = FIRST_PAGE

  get events(): number {
    return this.#events
  }

  adapt(page: readonly StoredEvent[]): void {
    let bytes = 0
    for (const event of page) bytes += event.record.length
    if (bytes === 0) return
    this.#events = Math.min(LARGEST_PAGE, Math.max(1, Math.floor((PAGE_BYTES * page.length) / bytes)))
  }
}

/** Sends a page in one write, and goes on when the client has taken it; the event loop turns once at least. */
export async function send(call: ServerCall, messages: readonly Uint8Array[]): Promise<void> {
  if (messages.length === 0 || call.writeFramed(frameMessages(messages))) await turn()
  else await call.drained()
}
