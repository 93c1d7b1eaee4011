import { type Reader, type StoredEvent, isYoung } from '../storage/reader.ts'
import type { Matches } from '../streams/filter.ts'
import { LINK_TYPE, resolveLink } from '../streams/links.ts'
import type { Tail } from '../subscriptions/tail.ts'
import { TOMBSTONE_REVISION, recordId, recordNames, viewRecord } from '../wire/record.ts'
import type { Message } from './message.ts'
import { ALL, type GroupConfig } from './settings.ts'

export interface Page {
  messages: Message[]
  /** Where to go on. */
  next: number
  /** Nothing more is written. */
  end: boolean
  /** How many were looked at, where none of them passed the filter, and where the first of them stands. */
  skipped: number
  considered: number
}

export interface LiveEvent {
  marker: number
  /** Undefined where the filter holds it back; throws when what a link leads to is damaged. */
  message: (() => Message) | undefined
}

/** What a group reads from. Markers are revisions, or for $all positions. */
export interface Source {
  /** Undefined: it cannot be read from there, now or ever. */
  read(from: number, count: number): Page | undefined
  /** Whether reading may begin there. */
  canBeginAt(marker: number): boolean
  /** The marker behind everything that is written. */
  behind(): number
  follow(onEvent: (event: LiveEvent) => void): () => void
  /** A marker as clients see it. */
  show(marker: number): string
}

/** Events a filter looks at in one go at most. */
const MAX_WINDOW = 1000
const TOMBSTONE_SHOWN = '9223372036854775807'

type ToMessage = (event: StoredEvent, marker: number) => Message

function messages(reader: Reader, resolveLinks: boolean): { read: ToMessage; live: ToMessage } {
  const build = (event: StoredEvent, marker: number, link: Message['link']): Message => ({
    event,
    link,
    id: recordId(event.record),
    marker,
    retryCount: 0,
  })
  const read: ToMessage = (event, marker) => {
    const resolution = resolveLinks ? resolveLink(reader, event) : undefined
    return build(event, marker, resolution?.kind === 'link' ? { target: resolution.target } : undefined)
  }
  /** Unlike in a read, what calls itself a link and is none counts as one that leads nowhere. */
  const live: ToMessage = (event, marker) => {
    const message = read(event, marker)
    const leadsNowhere = resolveLinks && !message.link && recordNames(event.record).type === LINK_TYPE
    return leadsNowhere ? { ...message, link: { target: undefined } } : message
  }
  return { read, live }
}

const NOTHING: Page = { messages: [], next: 0, end: true, skipped: 0, considered: 0 }

function streamSource(reader: Reader, tail: Tail, { stream, settings }: GroupConfig): Source {
  const toMessage = messages(reader, settings.resolveLinks)
  return {
    read: (from, count) => {
      const view = reader.view(stream)
      if (view.status === 'deleted') return undefined
      if (view.status === 'missing') return NOTHING
      const events = reader.readPage(view, from, count, false)
      const next = (events.at(-1)?.revision ?? view.last) + 1
      const found = events.filter((event) => isYoung(event, view))
      return {
        messages: found.map((event) => toMessage.read(event, event.revision)),
        next,
        end: next > view.last,
        skipped: 0,
        considered: 0,
      }
    },
    canBeginAt: () => true,
    behind: () => reader.view(stream).last + 1,
    follow: (onEvent) =>
      tail.followStream(stream, (event) => {
        const { revision } = viewRecord(event.record)
        onEvent({ marker: revision, message: () => toMessage.live(event, revision) })
      }),
    show: (marker) => (marker === TOMBSTONE_REVISION ? TOMBSTONE_SHOWN : String(marker)),
  }
}

/** What groups over $all write themselves would come back to them for ever. */
const isOwn = (stream: string) => /^\$persistentsubscription-\$all::.*-(checkpoint|parked)$/s.test(stream)

function allSource(reader: Reader, tail: Tail, { settings }: GroupConfig, matches: Matches | undefined): Source {
  const toMessage = messages(reader, settings.resolveLinks)
  const window = Math.min(MAX_WINDOW, settings.maxCheckpointCount)
  return {
    read: (from, count) => {
      const size = matches ? Math.max(count, window) : count
      const considered = reader.allForwards(from, size)
      const passes = (event: StoredEvent) => {
        const names = recordNames(event.record)
        return !isOwn(names.stream) && (!matches || matches(names))
      }
      const passing = considered.filter(passes)
      const found = passing.slice(0, count)
      const last = passing.length > count ? found.at(-1) : considered.at(-1)
      return {
        messages: found.map((event) => toMessage.read(event, event.position)),
        next: last ? last.position + 1 : from,
        end: considered.length < size && passing.length <= count,
        skipped: matches && found.length === 0 ? considered.length : 0,
        considered: considered[0]?.position ?? from,
      }
    },
    canBeginAt: (position) => reader.canBeginAt(position),
    behind: () => reader.newest() + 1,
    follow: (onEvent) =>
      tail.followAll(({ events }) => {
        for (const event of events) {
          if (isOwn(event.names.stream)) continue
          const passes = !matches || matches(event.names)
          const { position } = event
          onEvent({ marker: position, message: passes ? () => toMessage.live(event, position) : undefined })
        }
      }),
    show: (marker) => `C:${marker}/P:${marker}`,
  }
}

export const createSource = (reader: Reader, tail: Tail, config: GroupConfig, matches: Matches | undefined): Source =>
  config.stream === ALL ? allSource(reader, tail, config, matches) : streamSource(reader, tail, config)
