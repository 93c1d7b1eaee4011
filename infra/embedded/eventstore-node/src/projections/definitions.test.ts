import { describe, expect, test } from 'vitest'
import { SOFT_DELETE_JSON } from '../storage/metadata.ts'
import { type RecordView, TOMBSTONE_REVISION } from '../wire/record.ts'
import { SYSTEM_PROJECTIONS, projectionOf } from './definitions.ts'

const event = (more: Partial<RecordView>): RecordView => ({
  id: 'id',
  stream: 'order-1',
  revision: 0,
  position: 256,
  createdMs: 0,
  type: 'Placed',
  isJson: true,
  data: Buffer.from('{}'),
  ...more,
})
const emitted = (of: RecordView) =>
  Object.fromEntries(
    SYSTEM_PROJECTIONS.flatMap((projection) => {
      const found = projection.emit(of)
      return found ? [[projection.name, `${found.stream} ${found.type} ${found.data}`]] : []
    }),
  )
const metadataOf = (of: RecordView): Record<string, unknown> =>
  Object.fromEntries(
    SYSTEM_PROJECTIONS.flatMap((projection) => {
      const found = projection.emit(of)
      return found ? [[projection.name, JSON.parse(found.metadata()) as unknown]] : []
    }),
  )
const correlated = (id: unknown) => Buffer.from(JSON.stringify({ $correlationId: id }))

describe('system projections', () => {
  test('link the first event of a stream', () => {
    expect(emitted(event({ metadata: correlated('c') }))).toEqual({
      $by_category: '$ce-order $> 0@order-1',
      $by_correlation_id: '$bc-c $> 0@order-1',
      $by_event_type: '$et-Placed $> 0@order-1',
      $stream_by_category: '$category-order $@ order-1',
      $streams: '$streams $> 0@order-1',
    })
  })

  test('link later events by category and type only', () => {
    expect(Object.keys(emitted(event({ revision: 5 })))).toEqual(['$by_category', '$by_event_type'])
  })

  test('pass a link in a category on to what it links, and leave it out by type and correlation', () => {
    const link = event({ type: '$>', data: Buffer.from('7@else-where'), revision: 3, metadata: correlated('c') })
    expect(emitted(link)).toEqual({ $by_category: '$ce-order $> 7@else-where' })
  })

  test('count a link as the beginning of its stream', () => {
    const link = event({ type: '$>', data: Buffer.from('7@else-where') })
    expect(Object.keys(emitted(link))).toEqual(['$streams', '$stream_by_category', '$by_category'])
  })

  test('take the text before the first dash for the category', () => {
    const category = (stream: string) => emitted(event({ stream, revision: 1 }))['$by_category']
    expect(category('a-b-c')).toBe('$ce-a $> 1@a-b-c')
    expect(category('a-')).toBe('$ce-a $> 1@a-')
    expect(category('-a')).toBeUndefined()
    expect(category('plain')).toBeUndefined()
  })

  test('leave system streams and their metadata alone', () => {
    expect(emitted(event({ stream: '$ce-order', type: '$>' }))).toEqual({})
    expect(emitted(event({ stream: '$$$ce-order', type: '$metadata' }))).toEqual({})
  })

  test('list the metastream of a stream; links to metadata by type name the stream itself', () => {
    expect(emitted(event({ stream: '$$order-1', type: '$metadata' }))).toEqual({
      $by_event_type: '$et-$metadata $> 0@order-1',
      $streams: '$streams $> 0@$$order-1',
    })
  })

  test('link metadata by correlation, too', () => {
    const metadata = event({ stream: '$$order-1', type: '$metadata', revision: 1, metadata: correlated('c') })
    expect(emitted(metadata)['$by_correlation_id']).toBe('$bc-c $> 1@$$order-1')
  })

  test('link what deleted a stream softly in its category and as $deleted', () => {
    const deletion = event({ stream: '$$order-1', type: '$metadata', revision: 2, data: SOFT_DELETE_JSON })
    expect(emitted(deletion)).toEqual({
      $by_category: '$ce-order $> 2@$$order-1',
      $by_event_type: '$et-$deleted $> 2@order-1',
    })
    expect(metadataOf(deletion)).toMatchObject({
      $by_category: { $o: 'order-1', $deleted: -1 },
      $by_event_type: { $deleted: -1 },
    })
  })

  test('link a tombstone in its category and as $deleted', () => {
    const tombstone = event({ type: '$streamDeleted', revision: TOMBSTONE_REVISION, isJson: false })
    expect(emitted(tombstone)).toEqual({
      $by_category: '$ce-order $> 9223372036854775807@order-1',
      $by_event_type: '$et-$deleted $> 9223372036854775807@order-1',
    })
  })

  test('take numbers and truth values for correlation ids, nothing else', () => {
    const stream = (id: unknown) => emitted(event({ metadata: correlated(id) }))['$by_correlation_id']?.split(' ')[0]
    expect([stream(5), stream(true), stream(null), stream({})]).toEqual(['$bc-5', '$bc-True', undefined, undefined])
    expect(emitted(event({ metadata: Buffer.from('["c"]') }))['$by_correlation_id']).toBeUndefined()
  })

  test('say in metadata who wrote a link and because of what', () => {
    const common = { $c: 256, $p: 256, $causedBy: 'id', $correlationId: 'c' }
    expect(metadataOf(event({ metadata: correlated('c') }))).toEqual({
      $streams: { $v: '1:-1:1:4', ...common },
      $stream_by_category: { $v: '2:-1:1:4', ...common },
      $by_category: { $v: '3:-1:1:4', $o: 'order-1', ...common },
      $by_event_type: { $v: '4:-1:1:4', ...common },
      $by_correlation_id: { $v: '5:-1:1:4', $eventTimestamp: '1970-01-01T00:00:00.000000Z', ...common },
    })
  })

  test('own their streams', () => {
    expect(projectionOf('$ce-order')?.name).toBe('$by_category')
    expect(projectionOf('order-1')).toBeUndefined()
  })
})
