import { agentSessionStream, type SessionView } from '@mosaic/contracts/agent-session'
import { foldEvents, isHandled } from '@mosaic/contracts/kernel'
import { conversationProjection, findConversation } from '@mosaic/conversation'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import { fleetProjection, readFleet } from '@mosaic/fleet'
import { budgetsProjection, findBudgets } from '@mosaic/budgets'
import { budgetIdOf, type BudgetView } from '@mosaic/contracts/budget'
import { findMergeQueues, mergeQueuesProjection } from '@mosaic/merge-queues'
import { findMissions, missionsProjection } from '@mosaic/missions'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import { jsonText, type ProjectedEvent } from '@mosaic/postgres'
import { allProjections } from '@mosaic/projector'
import { queueProjection, readPause } from '@mosaic/queue'
import { findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import { findTask, findTasks, tasksProjection } from '@mosaic/tasks'
import {
  conversationView,
  dashboardOf,
  fleetStateView,
  budgetView,
  mergeQueueView,
  missionView,
  numbersView,
  queueView,
  sessionView,
  taskView,
} from '@mosaic/views'
import { expect } from 'vitest'
import type { Page } from './page.ts'
import type { Watched } from './watched.ts'
import type { World } from './world.ts'

/** Strings as Postgres can hold them. */
const stored = <T>(value: T): T => JSON.parse(jsonText(value)) as T
const byId = (sessions: readonly SessionView[]) => sessions.toSorted((a, b) => a.sessionId.localeCompare(b.sessionId))
const newest = { limit: 200 }

type Compared = {
  readonly world: World
  readonly workspaceId: string
  readonly own: readonly ProjectedEvent[]
  readonly page: Page
}

/** What each model has to be the same as. */
const expectations: Record<string, (compared: Compared) => Promise<void>> = {
  async [sessionTreeProjection.name]({ world, workspaceId, own, page }) {
    const naive = foldEvents(
      sessionView,
      own.filter((event) => isHandled(sessionView, event)),
    )
    const read = await world.ask(sessionTreeProjection, workspaceId, (trx) => findSessions(trx, newest))
    expect(byId(read.items)).toEqual(stored(byId(naive)))
    expect(stored(byId(page.sessions))).toEqual(stored(byId(naive)))
  },
  async [conversationProjection.name]({ world, workspaceId, own, page }) {
    for (const sessionId of world.sessionsOf(workspaceId)) {
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
  async [dashboardProjection.name]({ world, workspaceId, own }) {
    const numbers = foldEvents(
      numbersView,
      own.filter((event) => isHandled(numbersView, event)),
    )
    const read = await world.ask(dashboardProjection, workspaceId, (trx) => readDashboard(trx))
    expect(read).toEqual(dashboardOf(numbers, read.position))
  },
  async [fleetProjection.name]({ world, workspaceId, own }) {
    const [naive] = foldEvents(
      fleetStateView,
      own.filter((event) => isHandled(fleetStateView, event)),
    )
    const read = await world.ask(fleetProjection, workspaceId, (trx) => readFleet(trx))
    expect(read.freezes).toEqual(stored(naive?.freezes ?? []))
  },
  async [tasksProjection.name]({ world, workspaceId, own }) {
    const naive = foldEvents(
      taskView,
      own.filter((event) => isHandled(taskView, event)),
    )
    const read = await world.ask(tasksProjection, workspaceId, (trx) => findTasks(trx, newest))
    const queued = naive.filter(({ plan }) => plan !== null).map(({ taskId }) => taskId)
    expect(read.items.map(({ taskId }) => taskId).toSorted()).toEqual(queued.toSorted())
    for (const task of naive) {
      expect(await world.ask(tasksProjection, workspaceId, (trx) => findTask(trx, task.taskId))).toEqual(stored(task))
    }
  },
  async [missionsProjection.name]({ world, workspaceId, own }) {
    const naive = foldEvents(
      missionView,
      own.filter((event) => isHandled(missionView, event)),
    )
    const read = await world.ask(missionsProjection, workspaceId, (trx) => findMissions(trx, newest))
    expect(read.items.toSorted((a, b) => a.missionId.localeCompare(b.missionId))).toEqual(
      stored(naive.toSorted((a, b) => a.missionId.localeCompare(b.missionId))),
    )
  },
  async [budgetsProjection.name]({ world, workspaceId, own }) {
    const naive = foldEvents(
      budgetView,
      own.filter((event) => isHandled(budgetView, event)),
    )
    const read = await world.ask(budgetsProjection, workspaceId, (trx) => findBudgets(trx, newest))
    const kept = naive.filter(({ status }) => status !== 'removed')
    const inOrder = (budgets: readonly BudgetView[]) =>
      budgets.toSorted((a, b) => budgetIdOf(a.scope).localeCompare(budgetIdOf(b.scope)))
    expect(inOrder(read.items)).toEqual(stored(inOrder(kept)))
  },
  async [mergeQueuesProjection.name]({ world, workspaceId, own }) {
    const naive = foldEvents(
      mergeQueueView,
      own.filter((event) => isHandled(mergeQueueView, event)),
    )
    const read = await world.ask(mergeQueuesProjection, workspaceId, (trx) => findMergeQueues(trx, {}))
    expect(read.items.toSorted((a, b) => a.queueId.localeCompare(b.queueId))).toEqual(
      stored(naive.toSorted((a, b) => a.queueId.localeCompare(b.queueId))),
    )
  },
  async [queueProjection.name]({ world, workspaceId, own }) {
    const [naive] = foldEvents(
      queueView,
      own.filter((event) => isHandled(queueView, event)),
    )
    expect(await world.ask(queueProjection, workspaceId, (trx) => readPause(trx))).toEqual(
      stored(naive?.paused ?? null),
    )
  },
  async [operatorAuditProjection.name]({ world, workspaceId, own }) {
    const acted = own.filter(
      ({ type, metadata }) =>
        (metadata.actor.kind === 'operator' || ['QualityGatesSkipped', 'LandingGatesSkipped'].includes(type)) &&
        operatorAuditProjection.handles.includes(type),
    )
    const read = await world.ask(operatorAuditProjection, workspaceId, (trx) => findAudit(trx, newest))
    expect(read.items.map((entry) => entry.position)).toEqual(acted.map((event) => event.position).toReversed())
  },
}

/** Page state, read models and naive folds of what happened are the same in a workspace. */
export async function expectSame(world: World, { workspaceId, page }: Watched): Promise<void> {
  const own = world.log.filter((event) => event.metadata.workspaceId === workspaceId)
  for (const { name } of allProjections) await expectations[name]!({ world, workspaceId, own, page })
  expect(page.failures).toEqual([])
}
