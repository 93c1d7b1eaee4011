import { setImmediate as turn } from 'node:timers/promises'
import type { ServerCall } from '../grpc/call.ts'
import { framePieces } from '../grpc/frames.ts'
import type { StoredEvent } from '../storage/reader.ts'

const PAGE_BYTES = 32 * 1024
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

/** Sends a page as fast as the client takes it, and at least lets the event loop turn once. */
export async function send(call: ServerCall, messages: readonly Uint8Array[]): Promise<void> {
  let waited = false
  for (const piece of framePieces(messages)) {
    if (call.writeFramed(piece)) continue
    if (call.closed) return
    await call.drained()
    waited = true
  }
  if (!waited) await turn()
}
