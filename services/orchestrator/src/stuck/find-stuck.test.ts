import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import {
  call,
  checkpoint,
  commit,
  deferral,
  question,
  result,
  said,
  sessionId,
  stuck,
} from '../../test/session-samples.ts'
import { fold, running } from '../../test/session-histories.ts'
import { findStuck } from './find-stuck.ts'
import { evolveProgress, noProgress, type Progress } from './progress.ts'

const limits = { silentMs: 600_000, repeats: 3 }
const error = 'TypeError: x is not a function'

let calls = 0
/** A tool call from its beginning to its end. */
function called(input: object, output: string, { isError = false, name = 'shell' } = {}): AgentSessionEvent[] {
  const toolCallId = `call-${++calls}`
  return [
    { type: 'ToolInvoked', data: { sessionId, ...call, toolCallId, name, input: { ...input } } },
    { type: 'ToolCompleted', data: { sessionId, ...result, toolCallId, name, output, isError } },
  ]
}
const tried = (output: string) => called({ command: 'npm test' }, output, { isError: true })
const look = called({ command: 'ls' }, 'a.txt')
const times = (count: number, each: () => AgentSessionEvent[]) => Array.from({ length: count }, each).flat()
const looked = (count: number) => times(count, () => called({ command: 'ls' }, 'a.txt'))
const fact = (type: AgentSessionEvent['type'], data: object = {}) =>
  ({ type, data: { sessionId, ...data } }) as AgentSessionEvent
const found = (response: string) => fact('AgentFoundStuck', { ...stuck, response })

/** Facts a second apart; what there is to be found so long after the last one. */
function play(events: readonly AgentSessionEvent[], silence: number) {
  const history = [...running, ...events]
  const progress = history.reduce<Progress>((so, event, at) => evolveProgress(so, event, at * 1000), noProgress)
  const now = (history.length - 1) * 1000 + silence
  return { progress, stuck: findStuck(progress, fold(history), { now, limits }) }
}

test.each<[string, readonly AgentSessionEvent[], string | null, number?]>([
  ['an agent that has just begun', [], null],
  ['nothing for less than the limit', look, null, 599_999],
  ['nothing for so long', look, 'NO_NEW_FACT', 600_000],
  ['a call that runs for so long', [look[0]!], 'NO_NEW_FACT', 600_000],
  ['one that waits for agents', called({}, '', { name: 'wait_for_agents' }).slice(0, 1), null, 600_000],
  ['a question to an operator', [...look.slice(0, 1), fact('AgentWaitingForOperator', question)], null, 600_000],
  ['a model that is waited for', [fact('ModelCallDeferred', deferral)], null, 600_000],
  ['a paused agent', [fact('AgentPauseRequested', { reason: null }), fact('AgentPaused')], null, 600_000],
  ['one that is to end', [fact('AgentTerminateRequested', { note: null, tree: false })], null, 600_000],
  ['one that another has taken over', [fact('SessionClaimed', { ownerId: sessionId, epoch: 2 })], null, 600_000],
  ['only an operator says something', [fact('AgentPauseRequested', { reason: null })], null],
  ['the same call twice', looked(2), null],
  ['the same call three times', looked(3), 'SAME_CALL'],
  ['with another outcome in between', [...looked(2), ...called({ command: 'ls' }, 'b.txt')], null],
  ['two calls that take turns', times(3, () => [...looked(1), ...called({ command: 'pwd' }, '/w')]), 'SAME_CALL'],
  ['times and numbers are no difference', times(3, () => called({}, `took ${++calls} ms`)), 'SAME_CALL'],
  ['files have changed in between', [...looked(2), fact('CheckpointRecorded', checkpoint), ...looked(2)], null],
  ['a commit in between', [...looked(2), fact('CommitRecorded', commit), ...looked(2)], null],
  ['waiting for agents again and again', times(5, () => called({}, '', { name: 'wait_for_agents' })), null],
  [
    'the same error after different calls',
    times(3, () => called({ at: ++calls }, error, { isError: true })),
    'SAME_ERROR',
  ],
  [
    'the same error although files changed',
    times(3, () => [fact('CheckpointRecorded', checkpoint), ...tried(error)]),
    'SAME_ERROR',
  ],
  ['errors without a word', times(3, () => called({ at: ++calls }, '[exit code 1]', { isError: true })), null],
  [
    'different errors',
    times(3, () => called({ at: ++calls }, `no ${'abc'[calls % 3]} in there at all`, { isError: true })),
    null,
  ],
  [
    'what failed has worked since',
    [
      ...tried(error),
      ...tried(error),
      ...called({ command: 'npm test' }, 'ok'),
      fact('CheckpointRecorded', checkpoint),
      ...tried(error),
    ],
    null,
  ],
])('%s', (_, events, expected, silence = 0) => {
  expect(play(events, silence).stuck?.reason ?? null).toBe(expected)
})

test('once it is found stuck it is found again only after as much again', () => {
  const once = [...looked(3), found('reconsider')]
  expect(play(once, 0).stuck).toBeNull()
  expect(play([...once, ...looked(2)], 0).stuck).toBeNull()
  expect(play([...once, ...looked(3)], 0).stuck).toMatchObject({ reason: 'SAME_CALL' })
})

test.each<[string, AgentSessionEvent, readonly AgentSessionEvent[], boolean]>([
  ['the same call once more', found('flag'), looked(1), false],
  ['another call', found('flag'), called({ command: 'make' }, 'done'), true],
  ['the same with another outcome', found('flag'), called({ command: 'ls' }, 'b.txt'), true],
  ['files have changed', found('flag'), [fact('CheckpointRecorded', checkpoint)], true],
  ['what its model says', found('flag'), [fact('MessageRecorded', said)], false],
  [
    'anything, where nothing had happened',
    fact('AgentFoundStuck', { ...stuck, reason: 'NO_NEW_FACT', response: 'flag' }),
    [fact('MessageRecorded', said)],
    true,
  ],
  [
    'a word of an operator, where nothing had happened',
    fact('AgentFoundStuck', { ...stuck, reason: 'NO_NEW_FACT', response: 'flag' }),
    [fact('SecretAllowed', { file: 'f', fingerprint: '0123456789ab' })],
    false,
  ],
])('has it got on? %s', (_, flag, events, expected) => {
  expect(play([...looked(3), flag, ...events], 0).progress.found?.gotOn).toBe(expected)
})

test('the same error goes on being one whatever else works, until it does not come any more', () => {
  const flag = fact('AgentFoundStuck', { ...stuck, reason: 'SAME_ERROR', response: 'flag' })
  const failing = [...times(3, () => tried(error)), flag]
  expect(play([...failing, ...looked(1), ...tried(error)], 0).progress.found?.gotOn).toBe(false)
  expect(play([...failing, ...tried('AssertionError: 3 is not 4 as expected')], 0).progress.found?.gotOn).toBe(true)
  expect(play([...failing, ...called({ command: 'npm test' }, 'ok')], 0).progress.found?.gotOn).toBe(true)
})
