import type { AgentSessionEvent, ContentBlock } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import { agentSession } from '../../domain/agent-session/index.ts'
import { TranscriptFold } from '../../journal/transcript.ts'
import * as samples from '../../../test/session-samples.ts'
import { nextStep, type Step } from './next-step.ts'

const { sessionId, spec } = samples

const now = new Date('2026-11-28T10:00:00.000Z')

const spawned: AgentSessionEvent = {
  type: 'AgentSpawnRequested',
  data: { ...spec, runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:hello', maxTurns: 2 } },
}
const started: AgentSessionEvent = { type: 'AgentStarted', data: { sessionId, resumed: false } }
const said = (content: ContentBlock[], stopReason = 'end_turn', turn = 1): AgentSessionEvent => ({
  type: 'MessageRecorded',
  data: { sessionId, ...samples.said, turn, content, stopReason },
})
const task: AgentSessionEvent = {
  type: 'MessageRecorded',
  data: { sessionId, ...samples.said, turn: 0, role: 'user', content: [{ type: 'text', text: 'do it' }] },
}
const use = (id: string, name: string, input = {}): ContentBlock => ({ type: 'tool_use', id, name, input })
const call = (toolCallId: string, name: string): AgentSessionEvent => ({
  type: 'ToolInvoked',
  data: { sessionId, ...samples.call, toolCallId, name },
})
const done = (toolCallId: string, name: string): AgentSessionEvent => ({
  type: 'ToolCompleted',
  data: { sessionId, ...samples.result, toolCallId, name },
})
const injected: AgentSessionEvent = { type: 'OperatorMessageInjected', data: samples.injected }
const deferred = (time: string): AgentSessionEvent => ({
  type: 'ModelCallDeferred',
  data: { sessionId, ...samples.deferral, nextTryAt: `2026-11-28T${time}:00.000Z` },
})
const retry: AgentSessionEvent = { type: 'ModelCallRetryRequested', data: { sessionId } }
const compacted: AgentSessionEvent = { type: 'ContextCompacted', data: { sessionId, ...samples.compacted } }
const asks = (
  type: 'AgentPauseRequested' | 'AgentResumeRequested' | 'AgentTerminateRequested' | 'AgentKillRequested',
) => ({ type, data: { sessionId, reason: null, note: null, killAllId: null } }) as AgentSessionEvent
const running = [spawned, started, task]
const finishing = [...running, said([use('f', 'finish', { summary: 's', outcome: 'completed' })]), call('f', 'finish')]

const stepAfter = (events: readonly AgentSessionEvent[], here = {}): Step => {
  const transcript = new TranscriptFold()
  for (const event of events) transcript.apply(event)
  const session = events.reduce(agentSession.evolve, agentSession.initialState)
  const usual = {
    prepared: true,
    asked: false,
    overdue: false,
    unreadable: false,
    crowded: false,
    mostTurns: 2,
    endsSilently: false,
    mayFitNow: false,
    remark: undefined,
    now,
  }
  return nextStep(session, transcript, { ...usual, ...here })
}

const cases: [string, readonly AgentSessionEvent[], object, object?][] = [
  ['a new session is prepared', [spawned], { kind: 'prepare' }, { prepared: false }],
  ['a question that is under way is heard first', [...running, injected], { kind: 'call-model' }, { asked: true }],
  ['also before a pause', [...running, asks('AgentPauseRequested')], { kind: 'call-model' }, { asked: true }],
  ['but not before an end', [...running, asks('AgentTerminateRequested')], { kind: 'terminate' }, { asked: true }],
  ['one that cannot be read on stands still', running, { kind: 'stand-still' }, { unreadable: true }],
  ['and is not prepared before', running, { kind: 'stand-still' }, { unreadable: true, prepared: false }],
  ['but it is killed', [...running, asks('AgentKillRequested')], { kind: 'kill' }, { unreadable: true }],
  ['and terminated', [...running, asks('AgentTerminateRequested')], { kind: 'terminate' }, { unreadable: true }],
  ['one that is picked up is prepared first', running, { kind: 'prepare' }, { prepared: false }],
  ['then the model is called', running, { kind: 'call-model' }],
  [
    'its tool calls are carried out in order',
    [...running, said([use('a', 'shell'), use('b', 'shell')])],
    { call: { id: 'a' } },
  ],
  [
    'a call that runs is gone on with',
    [...running, said([use('a', 'shell')]), call('a', 'shell')],
    { call: { id: 'a', state: 'running' } },
  ],
  [
    'after the last result the model is called',
    [...running, said([use('a', 'shell')]), call('a', 'shell'), done('a', 'shell')],
    { kind: 'call-model' },
  ],
  ['an operator’s message waits for the tool', [...running, said([use('a', 'shell')]), injected], { kind: 'tool' }],
  ['and is delivered before the next call', [...running, injected], { kind: 'deliver' }],
  ['also when the agent has said its last word', [...running, said([]), injected], { kind: 'deliver' }],
  ['finish ends it', [...finishing, done('f', 'finish')], { kind: 'complete', summary: 's' }],
  ['a last word ends it', [...running, said([{ type: 'text', text: 'bye' }])], { kind: 'complete', summary: 'bye' }],
  ['a refusal fails it', [...running, said([], 'refusal')], { kind: 'fail', code: 'MODEL_REFUSED' }],
  ['a cut-off is gone on from', [...running, said([], 'max_tokens')], { kind: 'nudge', because: 'cut-off' }],
  ['an agent that says nothing is asked once more', [...running, said([])], { kind: 'nudge', because: 'silent' }],
  [
    'thoughts alone are nothing',
    [...running, said([{ type: 'thinking', thinking: 'Hm.' }])],
    { kind: 'nudge', because: 'silent' },
  ],
  [
    'and then it has failed, never completed',
    [...running, said([]), task, said([{ type: 'text', text: ' \n' }])],
    { kind: 'fail', code: 'MODEL_SAID_NOTHING' },
  ],
  ['a call that is put off is waited for', [...running, deferred('10:04')], { kind: 'await-model' }],
  ['until it is time', [...running, deferred('09:59')], { kind: 'call-model' }],
  ['or a person does not want to wait', [...running, deferred('10:04'), retry], { kind: 'call-model' }],
  ['what an operator says comes first', [...running, deferred('10:04'), injected], { kind: 'deliver' }],
  ['a crowded conversation is made shorter', running, { kind: 'compact' }, { crowded: true }],
  ['a full window too', [...running, said([], 'model_context_window_exceeded')], { kind: 'compact' }],
  [
    'and then gone on from',
    [...running, said([], 'model_context_window_exceeded'), compacted],
    { kind: 'nudge', because: 'cut-off' },
  ],
  [
    'calls of one id in one message are carried out one after the other',
    [...running, said([use('a', 'shell'), use('a', 'shell')]), call('a', 'shell'), done('a', 'shell')],
    { kind: 'tool', call: { state: 'open' } },
  ],
  [
    'and end',
    [
      ...running,
      said([use('a', 'shell'), use('a', 'shell')]),
      call('a', 'shell'),
      done('a', 'shell'),
      call('a', 'shell'),
      done('a', 'shell'),
    ],
    { kind: 'call-model' },
  ],
  [
    'turns are limited',
    [...running, said([use('a', 'x')], 'tool_use', 2), call('a', 'x'), done('a', 'x')],
    { code: 'TURN_LIMIT_REACHED' },
  ],
  ['time is limited', running, { code: 'TIME_LIMIT_REACHED' }, { overdue: true }],
  [
    'a pause holds it, whatever comes next',
    [...running, said([use('a', 'shell')]), asks('AgentPauseRequested')],
    { kind: 'hold' },
  ],
  [
    'a resume has to be carried out too',
    [...running, asks('AgentPauseRequested'), asks('AgentResumeRequested')],
    { kind: 'hold' },
  ],
  [
    'an end goes before a pause',
    [...running, asks('AgentPauseRequested'), asks('AgentTerminateRequested')],
    { kind: 'terminate' },
  ],
  [
    'an end needs no preparation',
    [...running, asks('AgentTerminateRequested')],
    { kind: 'terminate' },
    { prepared: false },
  ],
  [
    'a kill goes before everything',
    [...running, asks('AgentTerminateRequested'), asks('AgentKillRequested')],
    { kind: 'kill' },
  ],
  [
    'what has ended is released',
    [...running, { type: 'AgentKilled', data: { sessionId, latencyMs: 1, proof: 'kernel' } }],
    { kind: 'release' },
  ],
]

test.each(cases)('%s', (_, events, expected, here) => {
  expect(stepAfter(events, here)).toMatchObject(expected)
})
