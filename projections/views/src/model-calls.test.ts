import type { AgentSessionEventOf } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import { ModelCalls } from './model-calls.ts'
import type { SessionEvent } from './session/session.ts'

const sessionId = '01890000-0000-7000-8000-000000000001'
type Relayed = AgentSessionEventOf<'ModelCallRelayed'>['data']

function given(...facts: readonly Pick<SessionEvent, 'type' | 'data'>[]): ModelCalls {
  const calls = new ModelCalls()
  // Of a fact, what it is and where it stands is all that is looked at.
  for (const [revision, fact] of facts.entries()) calls.take({ ...fact, revision } as SessionEvent)
  return calls
}

const texts = (...said: readonly [digest: string, text: string, part?: number, parts?: number][]) => ({
  type: 'ModelTextsRecorded' as const,
  data: { sessionId, texts: said.map(([digest, text, part = 1, parts = 1]) => ({ digest, text, part, parts })) },
})
const relayed = (callId: string, over: Partial<Relayed>) => ({
  type: 'ModelCallRelayed' as const,
  data: {
    sessionId,
    callId,
    turn: 1,
    modelProvider: 'p',
    model: 'm',
    head: [],
    extends: null,
    added: [],
    answer: null,
    stopReason: null,
    outcome: 'answered' as const,
    status: 200,
    message: null,
    usage: null,
    startedAt: '2026-11-28T10:00:00.000Z',
    durationMs: 1,
    ...over,
  },
})

test('what a call was asked is put together over the calls that it goes on from', () => {
  const calls = given(
    texts(['t1', '{"tools":[{"name":"ls"}]}'], ['t2', '{"tools":[{"name":"cat"}]}'], ['s', '{"system":"Be brief."}']),
    texts(['a', '"a"'], ['b', '"b', 1, 2], ['c', '"c"'], ['x', '"x"'], ['y', '[{"type":"text","text":"Hm."}]']),
    texts(['b', 'b"', 2, 2]),
    relayed('1', { added: ['a', 'b', 'c'] }),
    relayed('2', { extends: { callId: '1', messages: 2 }, added: ['x', 'x'] }),
    relayed('3', { extends: { callId: '2', messages: 3 }, added: ['c'], head: ['t1', 't2', 's'], answer: 'y' }),
    relayed('4', { extends: { callId: '3', messages: 1 }, added: ['gone'] }),
  )
  expect(calls.whole('3')).toMatchObject({
    head: { tools: [{ name: 'ls' }, { name: 'cat' }], system: 'Be brief.' },
    conversation: ['a', 'bb', 'x', 'c'],
    leftOut: 0,
    answer: [{ type: 'text', text: 'Hm.' }],
  })
  expect(calls.whole('2')?.conversation).toEqual(['a', 'bb', 'x', 'x'])
  expect(calls.whole('4')?.conversation).toEqual(['a', null])
  expect(calls.all().map(({ callId, messages, added }) => [callId, messages, added])).toEqual([
    ['1', 3, 3],
    ['2', 4, 2],
    ['3', 4, 1],
    ['4', 2, 1],
  ])
})

test('one that goes on from itself, or from none that there is, ends', () => {
  const calls = given(
    relayed('1', { extends: { callId: '2', messages: 5 }, added: ['a'] }),
    relayed('2', { extends: { callId: '1', messages: 5 }, added: ['b'] }),
    relayed('3', { extends: { callId: 'gone', messages: 5 }, added: ['c'] }),
  )
  expect(calls.all().map(({ messages }) => messages)).toEqual([1, 1, 1])
})

test('of a conversation without an end the last is shown', () => {
  const long = JSON.stringify('a'.repeat(3_000_000))
  const calls = given(texts(['a', long], ['b', '"b"']), relayed('1', { added: ['a', 'a', 'b'] }))
  expect(calls.whole('1')).toMatchObject({ leftOut: 1, conversation: { length: 2, 1: 'b' } })
})
