import { setImmediate as turn } from 'node:timers/promises'
import type { ServerCall } from '../grpc/call.ts'
import { frameMessages } from '../grpc/frames.ts'
import type { StoredEvent } from '../storage/reader.ts'

/** Fewer, larger pages cost less to read and to send; a client that does not read keeps one of them waiting. */
const PAGE_BYTES = 128 * 1024
const LARGEST_PAGE = 500
/** Events of the first page of a read, whose size is not known yet. */
export const FIRST_PAGE = 32

/** How many events the page after one may hold: many small ones or a few large ones. */
export function pageAfter(page: readonly StoredEvent[]): number {
  const bytes = page.reduce((sum, { record }) => sum + record.length, 0)
  return Math.min(LARGEST_PAGE, Math.max(1, Math.floor((PAGE_BYTES * page.length) / bytes)))
}

/** Sends a page in one write, and goes on when the client has taken it; the event loop turns once at least. */
export async function send(call: ServerCall, messages: readonly Uint8Array[]): Promise<void> {
  if (messages.length === 0 || call.writeFramed(frameMessages(messages))) await turn()
  else await call.drained()
}
