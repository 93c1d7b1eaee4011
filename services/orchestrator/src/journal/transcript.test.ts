import type { AgentSessionEvent, ContentBlock } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import * as samples from '../../test/session-samples.ts'
import { TranscriptFold } from './transcript.ts'

const { sessionId, messageId } = samples

const message = (role: 'agent' | 'user' | 'system', content: ContentBlock[], stopReason: string | null = null) =>
  ({
    type: 'MessageRecorded',
    data: { sessionId, ...samples.said, role, content, stopReason },
  }) satisfies AgentSessionEvent
const text = (said: string): ContentBlock => ({ type: 'text', text: said })
const use = (id: string, name = 'shell', input: Record<string, unknown> = {}): ContentBlock => ({
  type: 'tool_use',
  id,
  name,
  input,
})
const invoked = (toolCallId: string): AgentSessionEvent => ({
  type: 'ToolInvoked',
  data: { sessionId, ...samples.call, toolCallId },
})
const completed = (toolCallId: string, output: string, isError = false): AgentSessionEvent => ({
  type: 'ToolCompleted',
  data: { sessionId, ...samples.result, toolCallId, output, isError },
})
const injected = (questionId: string | null = null): AgentSessionEvent => ({
  type: 'OperatorMessageInjected',
  data: { ...samples.injected, text: 'Mind the gap.', questionId },
})
const delivered = (questionId: string | null = null): AgentSessionEvent => ({
  type: 'OperatorMessageDelivered',
  data: { sessionId, messageId, turn: 2, questionId },
})
const beginning = [message('system', [text('You are.')]), message('user', [text('Do it.')])]

const fold = (...events: AgentSessionEvent[]) => {
  const transcript = new TranscriptFold()
  for (const event of events) transcript.apply(event)
  return transcript
}

test('system prompt, task, tool calls and their results make the next request', () => {
  const transcript = fold(
    ...beginning,
    message('agent', [text('Two things.'), use('a'), use('b')]),
    invoked('a'),
    completed('a', 'one'),
    invoked('b'),
    completed('b', 'two', true),
  )
  expect(transcript.system).toBe('You are.')
  expect(transcript.awaiting).toBe('model')
  expect(transcript.messages).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Do it.' }] },
    { role: 'assistant', content: [text('Two things.'), use('a'), use('b')] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: 'one', is_error: false },
        { type: 'tool_result', tool_use_id: 'b', content: 'two', is_error: true },
      ],
    },
  ])
})

test('a call is open, then running, then done', () => {
  const states = (...events: AgentSessionEvent[]) =>
    fold(...beginning, message('agent', [use('a'), use('b')]), ...events).calls.map(({ state }) => state)
  expect(states()).toEqual(['open', 'open'])
  expect(states(invoked('a'))).toEqual(['running', 'open'])
  expect(states(invoked('a'), completed('a', ''))).toEqual(['done', 'open'])
})

test('an operator’s message stands behind the tool results, marked with the name', () => {
  const transcript = fold(
    ...beginning,
    message('agent', [use('a')]),
    injected(),
    invoked('a'),
    completed('a', 'one'),
    delivered(),
  )
  expect(transcript.messages.at(-1)?.content).toEqual([
    { type: 'tool_result', tool_use_id: 'a', content: 'one', is_error: false },
    { type: 'text', text: '[OPERATOR Ada]\nMind the gap.' },
  ])
})

test('an answer belongs to its question, not beside it', () => {
  const asking = [...beginning, message('agent', [use('ask', 'ask_operator')]), invoked('ask')]
  const answered = fold(...asking, injected('ask'), delivered('ask'))
  expect(answered.answerTo('ask')).toEqual({ answer: 'Mind the gap.', answeredBy: 'operator' })
  expect(answered.messages.at(-1)?.role).toBe('assistant')
  const expired = fold(...asking, {
    type: 'OperatorQuestionExpired',
    data: { sessionId, questionId: 'ask', answer: 'as it is' },
  })
  expect(expired.answerTo('ask')).toEqual({ answer: 'as it is', answeredBy: 'default' })
})

test('an answer that came too late is said like any other message', () => {
  const late = fold(
    ...beginning,
    message('agent', [use('ask', 'ask_operator')]),
    invoked('ask'),
    injected('ask'),
    completed('ask', 'default'),
    delivered('ask'),
  )
  expect(late.messages.at(-1)?.content.at(-1)).toMatchObject({ type: 'text', text: '[OPERATOR Ada]\nMind the gap.' })
})

test('nobody is awaited after a last word, and the model after somebody has answered it', () => {
  const spoken = [...beginning, message('agent', [text('Done.')], 'end_turn')]
  expect(fold(...spoken)).toMatchObject({ awaiting: 'nothing', lastText: 'Done.', lastStopReason: 'end_turn' })
  expect(fold(...spoken, injected(), delivered()).awaiting).toBe('model')
})

test('the API is never sent an empty message', () => {
  const transcript = fold(...beginning, message('agent', [text('')], 'end_turn'), injected(), delivered())
  expect(transcript.messages).toHaveLength(1)
  expect(transcript.messages[0]?.content).toHaveLength(2)
})

test('finish counts only when it was accepted', () => {
  const finishing = [
    ...beginning,
    message('agent', [use('f', 'finish', { summary: 'All done.', outcome: 'failed' })]),
    invoked('f'),
  ]
  expect(fold(...finishing, completed('f', 'not yet', true)).finish).toBeNull()
  expect(fold(...finishing, completed('f', '{}')).finish).toEqual({ outcome: 'failed', summary: 'All done.' })
})

test('cut-offs are counted in a row', () => {
  const cut = message('agent', [text('I was')], 'max_tokens')
  const nudge = message('user', [text('Go on.')])
  expect(fold(...beginning, cut, nudge, cut).cutOffs).toBe(2)
  expect(fold(...beginning, cut, nudge, message('agent', [text('done')], 'end_turn')).cutOffs).toBe(0)
})

test('a session that goes on with a conversation begins behind it, and what was under way is told as cut off', () => {
  const earlier = fold(
    ...beginning,
    message('agent', [text('Two things.'), use('a'), use('b')]),
    invoked('a'),
    completed('a', 'one'),
    invoked('b'),
  )
  const next = earlier.continued()
  expect([next.system, next.isTasked, next.callIds]).toEqual([null, false, new Set(['a', 'b'])])
  for (const event of [message('system', [text('You are again.')]), message('user', [text('Go on.')])])
    next.apply(event)
  expect([next.system, next.isTasked, next.awaiting]).toEqual(['You are again.', true, 'model'])
  expect(next.messages.at(-1)).toEqual({
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'a', content: 'one', is_error: false },
      { type: 'tool_result', tool_use_id: 'b', content: expect.stringContaining('Cut off'), is_error: true },
      text('Go on.'),
    ],
  })
  expect(next.told.every(({ turn }) => turn <= 1)).toBe(true)
  expect(earlier.messages.at(-1)?.content).toHaveLength(1)
})
