import { messageRecorded, testLog } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { createUnfinishedMessages } from './unfinished-messages.ts'

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const messageId = '0190d1c8-0000-7000-8000-000000000002'
const started = { kind: 'started', sessionId, messageId, turn: 1 } as const
const delta = (text: string, offset: number, block = 0) =>
  ({ kind: 'delta', sessionId, messageId, block, blockType: 'text', toolName: null, offset, text }) as const

function speaking() {
  const unfinished = createUnfinishedMessages()
  for (const frame of [started, delta('Hel', 0), delta('lo', 3), delta('Again', 0, 1)])
    unfinished.live('default', frame)
  return unfinished
}
const recorded = (id: string) => {
  const [event] = testLog().add(`agentSession-${sessionId}`, [messageRecorded(sessionId, id, 'Hello')])
  return event!
}

test('who comes late gets the message from its beginning', () => {
  expect(speaking().framesOf('default', sessionId)).toEqual([started, delta('Hello', 0), delta('Again', 0, 1)])
})

test('another workspace gets nothing', () => {
  expect(speaking().framesOf('others', sessionId)).toEqual([])
})

test('a recorded message is finished; another one is not', () => {
  const unfinished = speaking()
  unfinished.event(recorded('0190d1c8-0000-7000-8000-000000000009'))
  expect(unfinished.framesOf('default', sessionId)).toHaveLength(3)
  unfinished.event(recorded(messageId))
  expect(unfinished.framesOf('default', sessionId)).toEqual([])
})

test('a turn that is given up leaves nothing', () => {
  const unfinished = speaking()
  unfinished.live('default', { kind: 'aborted', sessionId, messageId })
  expect(unfinished.framesOf('default', sessionId)).toEqual([])
})

test('a message with a lost frame is not shown with a hole in it', () => {
  const unfinished = speaking()
  unfinished.live('default', delta('world', 7))
  unfinished.live('default', delta('!', 12))
  expect(unfinished.framesOf('default', sessionId)).toEqual([])
})
