import type { Reader, StoredEvent } from '../storage/reader.ts'
import { recordNames, viewRecord } from '../wire/record.ts'
import { type EventForm, eventMessage, resolvedMessage } from '../wire/read-responses.ts'

export const LINK_TYPE = '$>'
const LINK = /^\s*([+-]?\d+)\s*@(.*)$/s

export type Resolution =
  | { readonly kind: 'plain' }
  /** `target` is undefined when what the link leads to is gone. */
  | { readonly kind: 'link'; readonly target: StoredEvent | undefined }

const PLAIN: Resolution = { kind: 'plain' }

/** Follows a link one step: its data is `revision@stream`, revision -1 the newest. What is no link stays as it is. */
export function resolveLink(reader: Reader, event: StoredEvent): Resolution {
  if (recordNames(event.record).type !== LINK_TYPE) return PLAIN
  const [, revision, stream] = LINK.exec(Buffer.from(viewRecord(event.record).data).toString('utf8')) ?? []
  if (revision === undefined || !stream || Number(revision) < -1) return PLAIN
  return { kind: 'link', target: reader.find(stream, Number(revision)) }
}

export type Render = (event: StoredEvent) => Uint8Array

/** Turns events into messages, links followed when asked for. */
export function renderer(reader: Reader, resolveLinks: boolean, form: EventForm): Render {
  if (!resolveLinks) return (event) => eventMessage(event, form)
  return (event) => {
    const resolution = resolveLink(reader, event)
    return resolution.kind === 'plain' ? eventMessage(event, form) : resolvedMessage(event, resolution.target, form)
  }
}
