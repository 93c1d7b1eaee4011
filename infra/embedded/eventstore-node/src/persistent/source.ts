import type { Reader, StoredEvent } from '../storage/reader.ts'
import { compileFilter, matchesRecord } from '../streams/filter.ts'
import { resolveLink } from '../streams/links.ts'
import type { Tail } from '../subscriptions/tail.ts'
import { TOMBSTONE_REVISION, recordId } from '../wire/record.ts'
import type { Message } from './message.ts'
import { ALL, FROM_END, type GroupConfig } from './settings.ts'

export interface Page {
  messages: Message[]
  /** Everything up to here has been looked at. */
  cursor: number
  /** Events looked at, passed by a filter or not. */
  looked: number
}

/** What a group reads from. Markers are revisions, or for $all positions. */
export interface Source {
  /** The marker before the first event that a new group gets. */
  before(startFrom: number): number
  /** `live`: the reader had seen everything once, so that `$maxCount` cuts nothing any more. */
  read(after: number, count: number, live: boolean): Page
  newest(): number | undefined
  follow(listener: () => void): () => void
  /** A marker as clients see it. */
  show(marker: number): string
}

const messageOf = (reader: Reader, event: StoredEvent, marker: number, resolveLinks: boolean): Message => {
  const resolution = resolveLinks ? resolveLink(reader, event) : undefined
  const link = resolution?.kind === 'link' ? { target: resolution.target } : undefined
  return { event, link, id: recordId(event.record), marker, retryCount: 0 }
}

function streamSource(reader: Reader, tail: Tail, { stream, settings }: GroupConfig): Source {
  const read = (after: number, count: number, live: boolean): Page => {
    const view = reader.view(stream)
    const page =
      view.status === 'present' ? reader.page(view.id, Math.max(after + 1, live ? 0 : view.first), count) : []
    const events = page.filter((event) => event.revision !== TOMBSTONE_REVISION)
    const messages = events.map((event) => messageOf(reader, event, event.revision, settings.resolveLinks))
    return { messages, cursor: events.at(-1)?.revision ?? after, looked: events.length }
  }
  return {
    before: (startFrom) => (startFrom === FROM_END ? reader.view(stream).last : startFrom - 1),
    read,
    newest: () => {
      const { last } = reader.view(stream)
      return last < 0 ? undefined : last
    },
    follow: (listener) => tail.followStream(stream, listener),
    show: (marker) => String(marker),
  }
}

function allSource(reader: Reader, tail: Tail, { filter, settings }: GroupConfig): Source {
  const matches = filter && compileFilter(filter)
  return {
    before: (startFrom) => (startFrom === FROM_END ? reader.newest() : startFrom - 1),
    read: (after, count) => {
      const page = reader.allForwards(after + 1, count)
      const found = matches ? page.filter((event) => matchesRecord(matches, event.record)) : page
      const messages = found.map((event) => messageOf(reader, event, event.position, settings.resolveLinks))
      return { messages, cursor: page.at(-1)?.position ?? after, looked: page.length }
    },
    newest: () => reader.newest() || undefined,
    follow: (listener) => tail.followAll(listener),
    show: (marker) => `C:${marker}/P:${marker}`,
  }
}

export const createSource = (reader: Reader, tail: Tail, config: GroupConfig): Source =>
  config.stream === ALL ? allSource(reader, tail, config) : streamSource(reader, tail, config)
