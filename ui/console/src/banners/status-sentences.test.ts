import { expect, test } from 'vitest'
import { statusSentences } from './status-sentences.ts'

test('nothing is said while all is well', () => {
  expect(statusSentences({ eventstore: { status: 'healthy' }, relay: { status: 'healthy', lag: 3 } })).toEqual([])
})

test('what is down comes before what lags', () => {
  const sentences = statusSentences({
    projector: { status: 'healthy', lag: 4200 },
    eventstore: { status: 'unhealthy' },
  })
  expect(sentences.map(({ title }) => title)).toEqual(['The event store is down', 'projector is 4,200 events behind'])
})

test('a component that this page does not know is named as it is', () => {
  expect(statusSentences({ notary: { status: 'degraded', detail: 'late' } })).toEqual([
    { tone: 'waiting', title: 'notary is degraded', detail: 'late' },
  ])
})
