import { LINK_TYPE } from '../streams/links.ts'
import { viewRecord } from '../wire/record.ts'
import { type Message, subject } from './message.ts'

const CORRELATION_ID = '$correlationId'
const NONE = Symbol('no correlation id up to here')

/** The stream of an event; of a link that was not followed, the one it points to. */
export function streamOf(message: Message): string {
  const { stream, type, data } = viewRecord(subject(message).record)
  if (type !== LINK_TYPE) return stream
  const text = Buffer.from(data).toString('utf8')
  return text.slice(text.indexOf('@') + 1)
}

/** Looks through JSON in the order it is written, at any depth, but no further than the first object that ends. */
function search(value: unknown): string | undefined | typeof NONE {
  if (typeof value !== 'object' || value === null) return NONE
  for (const [key, item] of Object.entries(value)) {
    if (key === CORRELATION_ID && typeof item === 'string') return item
    const found = search(item)
    if (found !== NONE) return found
  }
  return Array.isArray(value) ? NONE : undefined
}

/**
 * The correlation id in the metadata, else the stream. Undefined when the metadata is no JSON at all: as with the real
 * server the group gets no further then.
 */
export function correlationOf(message: Message): string | undefined {
  const { metadata } = viewRecord(subject(message).record)
  const text = Buffer.from(metadata ?? []).toString('utf8')
  if (text.trim() === '') return streamOf(message)
  try {
    const found = search(JSON.parse(text))
    return typeof found === 'string' ? found : streamOf(message)
  } catch {
    return /^\s*[[{]/.test(text) ? streamOf(message) : undefined
  }
}
