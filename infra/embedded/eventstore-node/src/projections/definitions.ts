import { type RecordView, TOMBSTONE_REVISION } from '../wire/record.ts'
import { isMetastream, originalStreamOf } from '../storage/metadata.ts'

/** An event that a projection writes: as a rule a link. */
export interface Emitted {
  stream: string
  type: string
  data: string
}

/** One of EventStoreDB's standard projections; they cannot be written by users here. */
export interface SystemProjection {
  readonly name: string
  /** Whether the stream is one that it writes. */
  owns(stream: string): boolean
  emit(event: RecordView): Emitted | undefined
}

const isSystem = (stream: string) => stream.startsWith('$')
const linkTo = ({ stream, revision, type, data }: RecordView): string =>
  type === '$>' ? Buffer.from(data).toString('utf8') : `${revision}@${stream}`
const link = (stream: string, event: RecordView): Emitted => ({ stream, type: '$>', data: linkTo(event) })

/** The text before the first dash; a stream without one, or that begins with it, has no category. */
function categoryOf(stream: string): string | undefined {
  const dash = stream.indexOf('-')
  return dash > 0 && !isSystem(stream) ? stream.slice(0, dash) : undefined
}

function correlationIdOf({ metadata }: RecordView): string | undefined {
  if (!metadata) return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'))
    const id = (parsed as Record<string, unknown> | null)?.['$correlationId']
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

const byCategory: SystemProjection = {
  name: '$by_category',
  owns: (stream) => stream.startsWith('$ce-'),
  emit: (event) => {
    const category = categoryOf(event.stream)
    if (category === undefined || event.revision === TOMBSTONE_REVISION) return undefined
    return link(`$ce-${category}`, event)
  },
}

const byEventType: SystemProjection = {
  name: '$by_event_type',
  owns: (stream) => stream.startsWith('$et-'),
  emit: (event) => {
    const { stream, type, revision } = event
    const ofUser = !isSystem(isMetastream(stream) ? originalStreamOf(stream) : stream)
    if (!ofUser || type === '$>') return undefined
    return link(revision === TOMBSTONE_REVISION ? '$et-$deleted' : `$et-${type}`, event)
  },
}

const streams: SystemProjection = {
  name: '$streams',
  owns: (stream) => stream === '$streams',
  emit: (event) => {
    if (isSystem(event.stream) || event.revision !== 0) return undefined
    return { stream: '$streams', type: '$>', data: `0@${event.stream}` }
  },
}

const streamByCategory: SystemProjection = {
  name: '$stream_by_category',
  owns: (stream) => stream.startsWith('$category-'),
  emit: ({ stream, revision }) => {
    const category = categoryOf(stream)
    if (category === undefined || revision !== 0) return undefined
    return { stream: `$category-${category}`, type: '$@', data: stream }
  },
}

const byCorrelationId: SystemProjection = {
  name: '$by_correlation_id',
  owns: (stream) => stream.startsWith('$bc-'),
  emit: (event) => {
    const id = isSystem(event.stream) ? undefined : correlationIdOf(event)
    return id === undefined ? undefined : link(`$bc-${id}`, event)
  },
}

export const SYSTEM_PROJECTIONS: readonly SystemProjection[] = [
  byCategory,
  byCorrelationId,
  byEventType,
  streamByCategory,
  streams,
]

export const projectionOf = (stream: string): SystemProjection | undefined =>
  stream.startsWith('$') ? SYSTEM_PROJECTIONS.find((projection) => projection.owns(stream)) : undefined
