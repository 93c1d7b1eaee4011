import { agentSessionStream, type SessionView } from '@mosaic/contracts/agent-session'
import { foldEvents, isHandled } from '@mosaic/contracts/kernel'
import { conversationProjection, findConversation } from '@mosaic/conversation'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import { fleetProjection, readFleet } from '@mosaic/fleet'
import { fleetHistory, historyWorkspaces } from '@mosaic/kit'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import { jsonText, type ProjectedEvent } from '@mosaic/postgres'
import { allProjections } from '@mosaic/projector'
import { findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import { conversationView, dashboardOf, fleetStateView, numbersView, sessionView } from '@mosaic/views'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HeldGateway } from './held-gateway.ts'
import { type Moment, moments } from './moments.ts'
import { Page } from './page.ts'
import { World } from './world.ts'

let world: World
beforeAll(async () => void (world = await World.open()))
afterAll(() => world.close())

test('page state, read model and naive fold are the same, whatever happens and however it is told', async () => {
  await fc.assert(
    fc.asyncProperty(fleetHistory, moments, fc.nat(3), async (history, several, feedLag) => {
      await world.beginAnew(history)
      const watched = historyWorkspaces.map((workspaceId): Watched => {
        const gateway = new HeldGateway(world, { workspaceId, feedLag })
        return { workspaceId, gateway, page: new Page(gateway) }
      })
      for (let at = 0; !world.isOver; at++) await pass(several[at % several.length]!, watched)
      for (const one of watched) await tellEverything(one)
      for (const one of watched) await expectSame(one, history)
    }),
    { numRuns: 25 },
  )
}, 300_000)

type Watched = { readonly workspaceId: string; readonly gateway: HeldGateway; readonly page: Page }

const sessionsOf = (workspaceId: string) => [
  ...new Set(
    world.log
      .filter(({ metadata }) => metadata.workspaceId === workspaceId)
      .map(({ streamId }) => agentSessionStream.idOf(streamId)!),
  ),
]

async function pass(moment: Moment, watched: readonly Watched[]): Promise<void> {
  const happened = world.record(moment.recorded)
  await world.project(moment.projected.count, moment.projected.again)
  for (const { workspaceId, gateway, page } of watched) {
    gateway.announce(happened)
    const opened = moment.opened === null ? undefined : sessionsOf(workspaceId)[moment.opened]
    if (opened !== undefined) page.openConversation(opened)
    if (moment.connectionSwitched) await gateway.switchConnection()
    for (const telling of moment.told) await gateway.tell(telling)
    if (moment.dropped !== null) await gateway.drop(moment.dropped)
    if (moment.lookedUp) await gateway.lookUp()
    for (const which of moment.answered) await gateway.answer(which)
  }
}

/** Nothing more happens, and all that is late arrives. */
async function tellEverything({ workspaceId, gateway, page }: Watched): Promise<void> {
  await world.project(Infinity, 0)
  for (const sessionId of sessionsOf(workspaceId)) page.openConversation(sessionId)
  if (!gateway.isConnected) await gateway.switchConnection()
  while (!gateway.isIdle) {
    for (let subscription = 0; subscription < 5; subscription++)
      await gateway.tell({ subscription, count: Infinity, again: 0 })
    await gateway.lookUp()
    await gateway.answer(0)
  }
  gateway.close()
}

/** Strings as Postgres can hold them. */
const stored = <T>(value: T): T => JSON.parse(jsonText(value)) as T
const byId = (sessions: readonly SessionView[]) => sessions.toSorted((a, b) => a.sessionId.localeCompare(b.sessionId))
const newest = { limit: 200 }

type Compared = { readonly workspaceId: string; readonly own: readonly ProjectedEvent[]; readonly page: Page }

/** What each model has to be the same as. */
const expectations: Record<string, (compared: Compared) => Promise<void>> = {
  async [sessionTreeProjection.name]({ workspaceId, own, page }) {
    const naive = foldEvents(
      sessionView,
      own.filter((event) => isHandled(sessionView, event)),
    )
    const read = await world.ask(sessionTreeProjection, workspaceId, (trx) => findSessions(trx, newest))
    expect(byId(read.items)).toEqual(stored(byId(naive)))
    expect(stored(byId(page.sessions))).toEqual(stored(byId(naive)))
  },
  async [conversationProjection.name]({ workspaceId, own, page }) {
    for (const sessionId of sessionsOf(workspaceId)) {
      const said = own.filter(({ streamId }) => streamId === agentSessionStream.of(sessionId))
      const naive = foldEvents(
        conversationView,
        said.filter((event) => isHandled(conversationView, event)),
      ).sort((a, b) => a.revision - b.revision)
      const read = await world.ask(conversationProjection, workspaceId, (trx) =>
        findConversation(trx, sessionId, newest),
      )
      expect(read.items).toEqual(stored(naive))
      expect(stored(page.entriesOf(sessionId))).toEqual(stored(naive))
    }
  },
  async [dashboardProjection.name]({ workspaceId, own }) {
    const numbers = foldEvents(
      numbersView,
      own.filter((event) => isHandled(numbersView, event)),
    )
    const read = await world.ask(dashboardProjection, workspaceId, (trx) => readDashboard(trx))
    expect(read).toEqual(dashboardOf(numbers, read.position))
  },
  async [fleetProjection.name]({ workspaceId, own }) {
    const [naive] = foldEvents(
      fleetStateView,
      own.filter((event) => isHandled(fleetStateView, event)),
    )
    const read = await world.ask(fleetProjection, workspaceId, (trx) => readFleet(trx))
    expect(read.freezes).toEqual(naive?.freezes ?? [])
  },
  async [operatorAuditProjection.name]({ workspaceId, own }) {
    const acted = own.filter(
      ({ type, metadata }) => metadata.actor.kind === 'operator' && operatorAuditProjection.handles.includes(type),
    )
    const read = await world.ask(operatorAuditProjection, workspaceId, (trx) => findAudit(trx, newest))
    expect(read.items.map((entry) => entry.position)).toEqual(acted.map((event) => event.position).toReversed())
  },
}

async function expectSame({ workspaceId, page }: Watched, history: readonly ProjectedEvent[]): Promise<void> {
  const own = history.filter((event) => event.metadata.workspaceId === workspaceId)
  for (const { name } of allProjections) await expectations[name]!({ workspaceId, own, page })
  expect(page.failures).toEqual([])
}
