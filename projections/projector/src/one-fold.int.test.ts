import type { ConversationEntry, SessionView } from '@mosaic/contracts/agent-session'
import { foldEvents, isHandled, type RecordedEvent } from '@mosaic/contracts/kernel'
import { conversationProjection, findConversation } from '@mosaic/conversation'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import { fleetHistory, historyWorkspaces, type ProjectionDatabase, projectionDatabase } from '@mosaic/kit'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import { jsonText, type ProjectedEvent, type Projection } from '@mosaic/postgres'
import { findSession, findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import {
  addEvent,
  addPage,
  type Conversation,
  conversationView,
  dashboardOf,
  emptyConversation,
  numbersView,
  receiveSession,
  sessionView,
} from '@mosaic/views'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allProjections } from './projections.ts'

const open = new Map<Projection, ProjectionDatabase>()
beforeAll(async () => {
  for (const projection of allProjections) open.set(projection, await projectionDatabase(projection))
})
afterAll(async () => {
  for (const database of open.values()) await database.close()
})

/** How a history comes to a model: cut into batches anywhere, some of them followed by a piece that was there before. */
const deliveries = fc.array(fc.record({ size: fc.integer({ min: 1, max: 20 }), again: fc.nat(10) }), { minLength: 1 })
type Deliveries = readonly { readonly size: number; readonly again: number }[]

function batchesOf(history: readonly ProjectedEvent[], cuts: Deliveries): ProjectedEvent[][] {
  const batches: ProjectedEvent[][] = []
  for (let at = 0, cut = 0; at < history.length; cut++) {
    const { size, again } = cuts[cut % cuts.length]!
    batches.push(history.slice(at, at + size))
    at += size
    batches.push(history.slice(Math.max(0, at - again), at))
  }
  return batches
}

/** Strings as Postgres can hold them. */
const stored = <T>(value: T): T => JSON.parse(jsonText(value)) as T
const byId = (sessions: readonly SessionView[]) => sessions.toSorted((a, b) => a.sessionId.localeCompare(b.sessionId))
const newest = { limit: 200 }

const sessionsIn = async (workspaceId: string) =>
  (await open.get(sessionTreeProjection)!.query(workspaceId, (trx) => findSessions(trx, newest))).items
const entriesOf = async (workspaceId: string, sessionId: string) =>
  open.get(conversationProjection)!.query(workspaceId, (trx) => findConversation(trx, sessionId, newest))

const naiveSessions = (own: readonly ProjectedEvent[]) =>
  foldEvents(
    sessionView,
    own.filter((event) => isHandled(sessionView, event)),
  )

test('page state, read model and naive fold are the same, whatever happens in whatever order and batches', async () => {
  await fc.assert(
    fc.asyncProperty(fleetHistory, deliveries, fc.nat(60), async (history, cuts, loadedAt) => {
      const page = new Page()
      for (const database of open.values()) await database.clear()
      const loaded = Math.min(loadedAt, history.length)
      for (const database of open.values()) await database.apply(...batchesOf(history.slice(0, loaded), cuts))
      await page.load(history)
      for (const database of open.values()) await database.apply(...batchesOf(history.slice(loaded), cuts))
      // The page subscribes a little before it loads, and may be told something twice.
      for (const event of history.slice(Math.max(0, loaded - 3))) await page.receive(event)
      await expectSame(history, page)
    }),
    { numRuns: 25 },
  )
}, 300_000)

type Compared = { readonly workspaceId: string; readonly own: readonly ProjectedEvent[]; readonly page: Page }

/** What each model has to be the same as. */
const expectations: Record<string, (compared: Compared) => Promise<void>> = {
  async [sessionTreeProjection.name]({ workspaceId, own, page }) {
    const naive = stored(byId(naiveSessions(own)))
    expect(byId(await sessionsIn(workspaceId))).toEqual(naive)
    expect(stored(byId(page.sessionsOf(workspaceId)))).toEqual(naive)
  },
  async [conversationProjection.name]({ workspaceId, own, page }) {
    for (const { sessionId } of naiveSessions(own)) {
      const said = own.filter((event) => event.streamId === `agentSession-${sessionId}`)
      const entries = foldEvents(
        conversationView,
        said.filter((event) => isHandled(conversationView, event)),
      ).sort((a, b) => a.revision - b.revision)
      expect((await entriesOf(workspaceId, sessionId)).items).toEqual(stored(entries))
      expect(stored(page.entriesOf(sessionId))).toEqual(stored(entries))
    }
  },
  async [dashboardProjection.name]({ workspaceId, own }) {
    const numbers = foldEvents(
      numbersView,
      own.filter((event) => isHandled(numbersView, event)),
    )
    const read = await open.get(dashboardProjection)!.query(workspaceId, (trx) => readDashboard(trx))
    expect(read).toEqual(dashboardOf(numbers, read.position))
  },
  async [operatorAuditProjection.name]({ workspaceId, own }) {
    const acted = own.filter(
      ({ type, metadata }) => metadata.actor.kind === 'operator' && operatorAuditProjection.handles.includes(type),
    )
    const read = await open.get(operatorAuditProjection)!.query(workspaceId, (trx) => findAudit(trx, newest))
    expect(read.items.map((entry) => entry.position)).toEqual(acted.map((event) => event.position).toReversed())
  },
}

async function expectSame(history: readonly ProjectedEvent[], page: Page): Promise<void> {
  for (const workspaceId of historyWorkspaces) {
    const own = history.filter((event) => event.metadata.workspaceId === workspaceId)
    for (const { name } of allProjections) await expectations[name]!({ workspaceId, own, page })
  }
}

/** What the console's stores do, without a browser: load, listen, and ask again where something was missed. */
class Page {
  readonly #sessions = new Map<string, SessionView>()
  readonly #conversations = new Map<string, Conversation>()

  async load(history: readonly ProjectedEvent[]): Promise<void> {
    for (const workspaceId of historyWorkspaces) {
      for (const session of await sessionsIn(workspaceId)) this.#sessions.set(session.sessionId, session)
    }
    for (const { streamId, metadata } of history) {
      const sessionId = streamId.slice('agentSession-'.length)
      if (this.#conversations.has(sessionId)) continue
      const conversation = emptyConversation()
      addPage(conversation, await entriesOf(metadata.workspaceId, sessionId))
      this.#conversations.set(sessionId, conversation)
    }
  }

  async receive(event: RecordedEvent): Promise<void> {
    const sessionId = event.streamId.slice('agentSession-'.length)
    const received = receiveSession(this.#sessions.get(sessionId), event)
    const session =
      received === 'behind'
        ? await open.get(sessionTreeProjection)!.query(event.metadata.workspaceId, (trx) => findSession(trx, sessionId))
        : received
    if (session) this.#sessions.set(sessionId, session)
    const conversation = this.#conversations.get(sessionId)!
    addEvent(conversation, event)
  }

  sessionsOf(workspaceId: string): SessionView[] {
    return [...this.#sessions.values()].filter((session) => session.workspaceId === workspaceId)
  }

  entriesOf(sessionId: string): ConversationEntry[] {
    const { order, entries } = this.#conversations.get(sessionId)!
    return order.flatMap((key) => {
      const entry = entries[key]!
      if (entry.kind === 'draft') return []
      const { key: _, ...said } = entry
      return [said]
    })
  }
}
