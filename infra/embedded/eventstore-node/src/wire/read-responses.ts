import { ProtoWriter } from './protobuf.ts'
import { recordedBytes, withStructuredUuid } from './record.ts'
import type { StoredEvent } from '../storage/reader.ts'

export const confirmation = (id: string): Buffer =>
  new ProtoWriter().message(2, (target) => target.string(1, id)).finish()

export const checkpoint = (commit: number, prepare = commit): Buffer =>
  new ProtoWriter().message(3, (target) => target.uint64(1, commit).uint64(2, prepare)).finish()

export const streamNotFound = (stream: string): Buffer =>
  new ProtoWriter().message(4, (target) => target.message(1, (identifier) => identifier.string(3, stream))).finish()

export const firstStreamPosition = (revision: number): Buffer => new ProtoWriter().uint64(5, revision).finish()
export const lastStreamPosition = (revision: number): Buffer => new ProtoWriter().uint64(6, revision).finish()
export const CAUGHT_UP = new ProtoWriter().message(8).finish()
export const FELL_BEHIND = new ProtoWriter().message(9).finish()

/** How a reader wants its events. */
export interface EventForm {
  structured: boolean
}

const recorded = (record: Uint8Array, { structured }: EventForm): Buffer =>
  structured ? withStructuredUuid(recordedBytes(record)) : recordedBytes(record)

/** A stored event as ReadResp: as a rule just its bytes. */
export function eventMessage(event: StoredEvent, form: EventForm): Uint8Array {
  if (!form.structured) return event.record
  return new ProtoWriter()
    .message(1, (target) => target.bytes(1, recorded(event.record, form)).uint64(3, event.position))
    .finish()
}

/** A link with the event it leads to; without one when that is gone. */
export const resolvedMessage = (link: StoredEvent, target: StoredEvent | undefined, form: EventForm): Buffer =>
  new ProtoWriter()
    .message(1, (event) => {
      if (target) event.bytes(1, recorded(target.record, form))
      event.bytes(2, recorded(link.record, form)).uint64(3, link.position)
    })
    .finish()
