import type { Reader, StoredEvent } from '../storage/reader.ts'
import { recordNames, viewRecord } from '../wire/record.ts'
import { type EventForm, eventMessage, resolvedMessage } from '../wire/read-responses.ts'

export const LINK_TYPE = '$>'
const NUMBER = /^[\t-\r ]*[+-]?\d+[\t-\r ]*$/
const MAX_INT64 = 2n ** 63n - 1n

export type Resolution =
  | { readonly kind: 'plain' }
  /** `target` is undefined when what the link leads to is gone. */
  | { readonly kind: 'link'; readonly target: StoredEvent | undefined }

const PLAIN: Resolution = { kind: 'plain' }
const NOWHERE: Resolution = { kind: 'link', target: undefined }

/** When an event is looked at. What is no link at all stays as it is when read, and leads nowhere when live. */
export type Moment = 'read' | 'live'

/** Follows a link one step: its data is `revision@stream`, revision -1 the newest. */
export function resolveLink(reader: Reader, event: StoredEvent, moment: Moment = 'read'): Resolution {
  if (recordNames(event.record).type !== LINK_TYPE) return PLAIN
  const data = Buffer.from(viewRecord(event.record).data).toString('utf8')
  const at = data.indexOf('@')
  const number = at < 0 ? data : data.slice(0, at)
  const revision = NUMBER.test(number) ? BigInt(number.trim().replace('+', '')) : undefined
  if (revision === undefined || revision > MAX_INT64 || revision < -MAX_INT64)
    return moment === 'read' ? PLAIN : NOWHERE
  const stream = at < 0 ? '' : data.slice(at + 1)
  if (!stream || revision < -1n || revision > Number.MAX_SAFE_INTEGER) return NOWHERE
  return { kind: 'link', target: reader.find(stream, Number(revision)) }
}

export type Render = (event: StoredEvent, moment?: Moment) => Uint8Array

/** Turns events into messages, links followed when asked for. */
export function renderer(reader: Reader, resolveLinks: boolean, form: EventForm): Render {
  if (!resolveLinks) return (event) => eventMessage(event, form)
  return (event, moment) => {
    const resolution = resolveLink(reader, event, moment)
    return resolution.kind === 'plain' ? eventMessage(event, form) : resolvedMessage(event, resolution.target, form)
  }
}
