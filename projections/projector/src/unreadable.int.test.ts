import { randomUUID } from 'node:crypto'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { everySessionEvent } from '@mosaic/kit'
import { findSession, findSessions, findSessionTree } from '@mosaic/session-tree'
import { foldStream } from '@mosaic/event-store'
import { sessionView } from '@mosaic/views'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Workbench, workbench } from '../test/workbench.ts'

// A session whose stream held an event that cannot be read went on being shown as it was right before it, although it
// had been killed since.

let bench: Workbench
beforeEach(async () => {
  bench = await workbench()
  bench.project()
})
afterEach(() => bench.close())

const sessionId = randomUUID()
const streamId = agentSessionStream.of(sessionId)
const life = everySessionEvent(sessionId)
const shown = () => bench.ask((transaction) => findSession(transaction, sessionId))
const begun = life.slice(0, life.findIndex(({ type }) => type === 'AgentStarted') + 1)
const killing = life.filter(({ type }) => type.startsWith('AgentKill') || type === 'AgentDescendantsCleared')

test.each([
  ['without the data that it must have', {}],
  ['without metadata of ours', { metadata: { any: 1 } }],
  ['of a type that nobody knows', { type: 'AgentDreamed' }],
])('a session shows that an event %s cannot be read, and how it was killed all the same', async (_, event) => {
  await bench.append(streamId, begun)
  await bench.appendStrange(streamId, { type: 'ToolInvoked', data: {}, ...event })
  await bench.reached(await bench.live())
  const unreadable = { revision: begun.length, position: expect.any(String), reason: expect.any(String) }
  expect(await shown()).toMatchObject({ status: 'running', revision: begun.length, unreadable })

  await bench.append(streamId, killing)
  await bench.reached(await bench.live())
  const session = await shown()
  expect(session).toMatchObject({
    status: 'killed',
    pending: null,
    revision: begun.length + killing.length,
    unreadable,
  })
  expect(session?.killReceipt.map(({ step }) => step)).toContain('descendants-cleared')
  expect((await bench.ask((transaction) => findSessions(transaction, { limit: 9 }))).items).toContainEqual(session)
  const { roots } = await bench.ask((transaction) => findSessionTree(transaction))
  expect(roots).toContainEqual({ ...session, children: [] })
  expect(await bench.ask((transaction) => findSession(transaction, sessionId), 'elsewhere')).toBeUndefined()
})

test('who folds a stream is told of the events in it that cannot be read', async () => {
  await bench.append(streamId, begun)
  await bench.appendStrange(streamId, { type: 'ToolInvoked', data: {} })
  const { states, unreadable } = await foldStream(bench.store, sessionView, { streamId })
  expect(states).toMatchObject([{ revision: begun.length - 1 }])
  expect(unreadable).toMatchObject([{ revision: begun.length, reason: expect.stringContaining('INVALID_EVENT_DATA') }])
})
