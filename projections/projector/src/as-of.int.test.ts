import { randomUUID } from 'node:crypto'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { conversationProjection, findConversation } from '@mosaic/conversation'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import { foldStream } from '@mosaic/event-store'
import { fleetProjection, readFleet } from '@mosaic/fleet'
import { everySessionEvent, spawnRequested } from '@mosaic/kit'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import { schemaOf, withWorkspace, type WorkspaceTransaction } from '@mosaic/postgres'
import { findSession, findSessions, findSessionTree, sessionTreeProjection } from '@mosaic/session-tree'
import { conversationView, sessionView } from '@mosaic/views'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildAsOf } from './build.ts'
import { allProjections } from './projections.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

const sessionId = randomUUID()
const streamId = agentSessionStream.of(sessionId)

const page = { limit: 200 }
/** All that each model can be asked. */
const questions: Record<string, (transaction: WorkspaceTransaction, schema: string) => Promise<unknown>> = {
  [sessionTreeProjection.name]: async (transaction, schema) => ({
    sessions: await findSessions(transaction, page, schema),
    tree: await findSessionTree(transaction, {}, schema),
    session: await findSession(transaction, sessionId, schema),
  }),
  [conversationProjection.name]: (transaction, schema) => findConversation(transaction, sessionId, page, schema),
  [dashboardProjection.name]: readDashboard,
  [fleetProjection.name]: readFleet,
  [operatorAuditProjection.name]: (transaction, schema) => findAudit(transaction, page, schema),
}
const ask = <Answer>(query: (transaction: WorkspaceTransaction) => Promise<Answer>) =>
  withWorkspace(bench.postgres.db, 'default', query)

/** What all models answer, the live ones or those in schemas of another name. A model without a question fails. */
async function everything(schema = schemaOf) {
  const answers = allProjections.map(({ name }) => ask((transaction) => questions[name]!(transaction, schema(name))))
  return Promise.all(answers)
}

test('as of a position: lists are what the live models were there, and so is one stream, read and folded', async () => {
  bench.project()
  await bench.live()
  const life = everySessionEvent(sessionId)
  const through = await bench.append(streamId, life.slice(0, 12))
  await bench.reached(through)
  const then = await everything()
  const session = await ask((transaction) => findSession(transaction, sessionId))
  const conversation = await ask((transaction) => findConversation(transaction, sessionId, page))

  await bench.append(streamId, life.slice(12))
  const other = randomUUID()
  await bench.reached(await bench.append(agentSessionStream.of(other), [spawnRequested(other)]))
  expect(await everything()).not.toEqual(then)

  const asOf = (name: string) => `${schemaOf(name)}__as_of`
  for (const projection of allProjections) {
    const { signal } = new AbortController()
    const dependencies = { db: bench.postgres.db, store: bench.store, projection, signal }
    await buildAsOf(dependencies, { schema: asOf(projection.name), through })
  }
  expect(await everything(asOf)).toEqual(then)

  const at = { streamId, through }
  expect(await foldStream(bench.store, sessionView, at)).toEqual({ states: [session], unreadable: [] })
  expect((await foldStream(bench.store, conversationView, at)).states).toHaveLength(conversation.items.length)
})
