import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { holeLine } from './parked.ts'

const hole = {
  streamId: 'agentSession-1',
  position: '400',
  eventId: 'e',
  eventType: 'MessageRecorded',
  error: 'TypeError:\n  cannot read it',
  waiting: 0,
}

test.each([
  [0, ''],
  [3, ', 3 behind it'],
])('a stream that is held up says by what, and that %i wait', (waiting, behind) => {
  expect(stripVTControlCharacters(holeLine('session-tree', { ...hole, waiting }))).toBe(
    `session-tree: MessageRecorded of agentSession-1 at 400 is parked${behind}: TypeError: cannot read it`,
  )
})
