import { randomUUID } from 'node:crypto'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { findConversation } from '@mosaic/conversation'
import { readDashboard } from '@mosaic/dashboard'
import { foldStream } from '@mosaic/event-store'
import { everySessionEvent, spawnRequested } from '@mosaic/kit'
import { findAudit } from '@mosaic/operator-audit'
import { schemaOf, withWorkspace, type WorkspaceTransaction } from '@mosaic/postgres'
import { findSession, findSessions, findSessionTree } from '@mosaic/session-tree'
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

/** All that can be asked, of the live models or of those in schemas of another name. */
async function everything(schema = schemaOf) {
  const [tree, conversation, dashboard, audit] = ['session-tree', 'conversation', 'dashboard', 'operator-audit'].map(
    (name) => schema(name),
  )
  const ask = <Answer>(query: (transaction: WorkspaceTransaction) => Promise<Answer>) =>
    withWorkspace(bench.postgres.db, 'default', query)
  const page = { limit: 200 }
  return {
    sessions: await ask((transaction) => findSessions(transaction, page, tree)),
    tree: await ask((transaction) => findSessionTree(transaction, {}, tree)),
    session: await ask((transaction) => findSession(transaction, sessionId, tree)),
    conversation: await ask((transaction) => findConversation(transaction, sessionId, page, conversation)),
    dashboard: await ask((transaction) => readDashboard(transaction, dashboard)),
    audit: await ask((transaction) => findAudit(transaction, page, audit)),
  }
}

test('as of a position: lists are what the live models were there, and so is one stream, read and folded', async () => {
  bench.project()
  await bench.live()
  const life = everySessionEvent(sessionId)
  const through = await bench.append(streamId, life.slice(0, 12))
  await bench.reached(through)
  const then = await everything()

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
  expect(await foldStream(bench.store, sessionView, at)).toEqual([then.session])
  expect(await foldStream(bench.store, conversationView, at)).toHaveLength(then.conversation.items.length)
})
