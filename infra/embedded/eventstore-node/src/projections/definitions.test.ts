import { describe, expect, test } from 'vitest'
import type { RecordView } from '../wire/record.ts'
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

describe('system projections', () => {
  test('link the first event of a stream', () => {
    const metadata = Buffer.from('{"$correlationId":"c"}')
    expect(emitted(event({ metadata }))).toEqual({
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

  test('pass a link in a category on to what it links', () => {
    const link = event({ type: '$>', data: Buffer.from('7@else-where'), revision: 3 })
    expect(emitted(link)).toEqual({ $by_category: '$ce-order $> 7@else-where' })
  })

  test('leave system streams alone', () => {
    expect(emitted(event({ stream: '$ce-order', type: '$>' }))).toEqual({})
  })

  test('own their streams', () => {
    expect(projectionOf('$ce-order')?.name).toBe('$by_category')
    expect(projectionOf('order-1')).toBeUndefined()
  })
})
