import { isMetastream, isSoftDeleted, originalStreamOf, parseMetadata } from '../storage/metadata.ts'
import { type RecordView, TOMBSTONE_REVISION } from '../wire/record.ts'
import { type Emitted, type JsonObject, correlationIn, emittedMetadata } from './emitted.ts'

export type { Emitted } from './emitted.ts'

/** One of EventStoreDB's standard projections; they cannot be written by users here. */
export interface SystemProjection {
  readonly name: string
  /** Whether the stream is one that it writes. */
  owns(stream: string): boolean
  emit(event: RecordView): Emitted | undefined
}

const LINK = '$>'
/** Goes with the link to an event that deleted its stream. */
const DELETED = { $deleted: -1 }

interface Link {
  stream: string
  type?: string
  data: string
  extra?: JsonObject
}

/** System streams are left alone; the metadata of the others is not. */
const ofUser = (stream: string): boolean => !(isMetastream(stream) ? originalStreamOf(stream) : stream).startsWith('$')

function define(
  id: number,
  name: string,
  owns: (stream: string) => boolean,
  link: (event: RecordView) => Link | undefined,
): SystemProjection {
  return {
    name,
    owns,
    emit: (event) => {
      const found = ofUser(event.stream) ? link(event) : undefined
      if (!found) return undefined
      const { stream, type = LINK, data, extra = {} } = found
      return { stream, type, data, metadata: () => emittedMetadata(id, event, extra) }
    },
  }
}

const revisionOf = ({ revision }: RecordView): string =>
  revision === TOMBSTONE_REVISION ? '9223372036854775807' : String(revision)
const linkTo = (event: RecordView): string =>
  event.type === LINK ? Buffer.from(event.data).toString('utf8') : `${revisionOf(event)}@${event.stream}`

/** A stream is deleted by a tombstone in it, or by metadata that cuts everything off. */
function deletes({ stream, type, data }: RecordView): boolean {
  if (!isMetastream(stream)) return type === '$streamDeleted'
  return type === '$metadata' && isSoftDeleted(parseMetadata(data))
}

const subjectOf = (stream: string): string => (isMetastream(stream) ? originalStreamOf(stream) : stream)

/** The text before the first dash; a stream without one, or that begins with it, has no category. */
function categoryOf(stream: string): string | undefined {
  const dash = stream.indexOf('-')
  return dash > 0 && !stream.startsWith('$') ? stream.slice(0, dash) : undefined
}

const byCategory = define(
  3,
  '$by_category',
  (stream) => stream.startsWith('$ce-'),
  (event) => {
    const deleted = deletes(event)
    const origin = deleted ? subjectOf(event.stream) : event.stream
    const category = categoryOf(origin)
    if (category === undefined) return undefined
    return { stream: `$ce-${category}`, data: linkTo(event), extra: { $o: origin, ...(deleted && DELETED) } }
  },
)

/** What it links of a metastream is called by the name of the original stream, as the real server does it. */
const byEventType = define(
  4,
  '$by_event_type',
  (stream) => stream.startsWith('$et-'),
  (event) => {
    if (event.type === LINK) return undefined
    const deleted = deletes(event)
    const data = `${revisionOf(event)}@${subjectOf(event.stream)}`
    return { stream: deleted ? '$et-$deleted' : `$et-${event.type}`, data, ...(deleted && { extra: DELETED }) }
  },
)

const streams = define(
  1,
  '$streams',
  (stream) => stream === '$streams',
  ({ stream, revision }) => (revision === 0 ? { stream: '$streams', data: `0@${stream}` } : undefined),
)

const streamByCategory = define(
  2,
  '$stream_by_category',
  (stream) => stream.startsWith('$category-'),
  (event) => {
    const category = event.revision === 0 ? categoryOf(event.stream) : undefined
    if (category === undefined) return undefined
    return { stream: `$category-${category}`, type: '$@', data: event.stream }
  },
)

/** Texts, numbers and truth values, as .NET writes them. */
function correlationIdOf(event: RecordView): string | undefined {
  const id = correlationIn(event)
  if (typeof id === 'boolean') return id ? 'True' : 'False'
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}

const byCorrelationId = define(
  5,
  '$by_correlation_id',
  (stream) => stream.startsWith('$bc-'),
  (event) => {
    const id = event.type === LINK ? undefined : correlationIdOf(event)
    if (id === undefined) return undefined
    const time = new Date(event.createdMs).toISOString().replace('Z', '000Z')
    return { stream: `$bc-${id}`, data: linkTo(event), extra: { $eventTimestamp: time } }
  },
)

/** In the order in which the real server creates them. */
export const SYSTEM_PROJECTIONS: readonly SystemProjection[] = [
  streams,
  streamByCategory,
  byCategory,
  byEventType,
  byCorrelationId,
]

export const projectionOf = (stream: string): SystemProjection | undefined =>
  stream.startsWith('$') ? SYSTEM_PROJECTIONS.find((projection) => projection.owns(stream)) : undefined
