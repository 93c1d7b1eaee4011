import type { Client } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { expect, test, vi } from 'vitest'
import type { Context } from '../../gateway/action.ts'
import { exitCodeOf, watchSession } from './watch-session.ts'

const deferred = (reason: string, message: string) => ({ type: 'ModelCallDeferred', data: { reason, message } })
const usedUp = deferred('BUDGET_EXHAUSTED', 'the budget of this session is used up: 0 tokens of 10 tokens spent')
const asks = { question: 'Which of the two?', options: [], defaultAnswer: null, expiresAt: null }

/** What is said beside the result while a session goes on like this. */
async function saidDuring(...events: object[]): Promise<string> {
  const written = vi.spyOn(process.stderr, 'write').mockReset().mockReturnValue(true)
  const all = [...events, { type: 'AgentResourcesReleased', data: {}, position: '9' }]
  const client = {
    follow: async function* () {
      for (const event of all) yield { type: 'event', event }
    },
    call: async () => ({ sessionId: 's' }),
  } as unknown as Client
  const context = { client, json: false, signal: new AbortController().signal } as Context
  await watchSession(context, 's', { fromRevision: 0, show: false, tellWaits: true })
  return written.mock.calls.join('')
}

test('who waited for a session was not told that it waits for them', async () => {
  expect(await saidDuring(usedUp, usedUp)).toBe(
    'It waits for you: the budget of this session is used up: 0 tokens of 10 tokens spent\n' +
      '  mosaic budget raise --for session s --usd N, --tokens N or --wall SPAN; to end it: mosaic agent terminate s\n',
  )
})

test('a wait is told again after it was over', async () => {
  const said = await saidDuring(usedUp, { type: 'ModelCallResumed', data: {} }, usedUp)
  expect(said.match(/It waits for you/g)).toHaveLength(2)
})

test.each([
  ['a question', { type: 'AgentWaitingForOperator', data: asks }, 'Which of the two?', 'mosaic agent answer s'],
  ['a pause', { type: 'AgentPaused', data: {} }, 'It is paused', 'mosaic agent resume s'],
  ['a model that is away', deferred('UNAVAILABLE', 'nobody answers'), 'nobody answers', 'mosaic agent show s'],
  ['a loop', { type: 'AgentFoundStuck', data: { message: 'it repeats' } }, 'it repeats', 'mosaic agent show s'],
])('%s is told, and how to go on', async (_, event, what, way) => {
  const said = await saidDuring(event)
  expect(said).toContain(what)
  expect(said).toContain(way)
})

test('of what goes on by itself nothing is said', async () => {
  expect(await saidDuring({ type: 'AgentStarted', data: { resumed: false } })).toBe('')
})

test('a script that waited for an agent was told that it had completed when somebody terminated it', () => {
  const ended = (outcome: 'finished' | 'terminated') => ({ status: 'completed', outcome }) as SessionView
  expect([exitCodeOf(ended('finished')), exitCodeOf(ended('terminated'))]).toEqual([0, 1])
})
