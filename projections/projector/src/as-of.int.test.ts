import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { taskStream } from '@mosaic/contracts/task'
import { conversationProjection, findConversation } from '@mosaic/conversation'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import { foldStream, type NewEvent } from '@mosaic/event-store'
import { fleetProjection, readFleet } from '@mosaic/fleet'
import { fixedHistory } from '@mosaic/kit'
import { budgetsProjection, findBudget, findBudgets } from '@mosaic/budgets'
import { findMergeQueues, mergeQueuesProjection } from '@mosaic/merge-queues'
import { findMission, findMissions, missionsProjection } from '@mosaic/missions'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import { schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { queueProjection, readPause } from '@mosaic/queue'
import { findSession, findSessions, findSessionTree, findSpent, sessionTreeProjection } from '@mosaic/session-tree'
import { countQueue, findTask, findTasks, progressOf, tasksProjection } from '@mosaic/tasks'
import { conversationView, sessionView } from '@mosaic/views'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildAsOf } from './build.ts'
import { allProjections } from './projections.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

/** The facts of a history that has some of every kind, by stream. */
const history = Map.groupBy(fixedHistory(), ({ streamId }) => streamId)
const streamId = [...history.keys()].find((stream) => agentSessionStream.idOf(stream) !== null)!
const sessionId = agentSessionStream.idOf(streamId)!
const missionId = sessionId
const [taskId] = [...history.keys()].flatMap((stream) => taskStream.idOf(stream) ?? [])

/** Half of what there is in every stream happens; answers the position of the last of it. */
async function happen(half: 'first' | 'second'): Promise<string> {
  let position = '0'
  for (const [stream, events] of history) {
    const middle = Math.ceil(events.length / 2)
    const own = half === 'first' ? events.slice(0, middle) : events.slice(middle)
    position = await bench.append(
      stream,
      own.map(({ type, data }) => ({ type, data }) as NewEvent),
    )
  }
  return position
}

const page = { limit: 200 }
/** All that each model can be asked. */
const questions: Record<string, (transaction: WorkspaceTransaction, schema: string) => Promise<unknown>> = {
  [sessionTreeProjection.name]: async (transaction, schema) => ({
    sessions: await findSessions(transaction, page, schema),
    tree: await findSessionTree(transaction, {}, schema),
    session: await findSession(transaction, sessionId, schema),
    spent: [...(await findSpent(transaction, [sessionId], schema))],
  }),
  [conversationProjection.name]: (transaction, schema) => findConversation(transaction, sessionId, page, schema),
  [dashboardProjection.name]: readDashboard,
  [fleetProjection.name]: readFleet,
  [operatorAuditProjection.name]: (transaction, schema) => findAudit(transaction, page, schema),
  [tasksProjection.name]: async (transaction, schema) => ({
    tasks: await findTasks(transaction, page, schema),
    task: await findTask(transaction, taskId!, schema),
    progress: [...(await progressOf(transaction, [missionId], schema))],
    // How old the oldest is changes with the clock.
    queue: { ...(await countQueue(transaction, schema)), oldestAgeSeconds: null },
  }),
  [missionsProjection.name]: async (transaction, schema) => ({
    missions: await findMissions(transaction, page, schema),
    mission: await findMission(transaction, missionId, schema),
  }),
  [budgetsProjection.name]: async (transaction, schema) => ({
    budgets: await findBudgets(transaction, page, schema),
    budget: await findBudget(transaction, { kind: 'workspace', id: 'default' }, schema),
  }),
  [mergeQueuesProjection.name]: (transaction, schema) => findMergeQueues(transaction, {}, schema),
  [queueProjection.name]: (transaction, schema) => readPause(transaction, schema),
}

/** What all models answer, the live ones or those in schemas of another name. A model without a question fails. */
async function everything(schema = schemaOf) {
  const answers = allProjections.map(({ name }) =>
    bench.ask((transaction) => questions[name]!(transaction, schema(name))),
  )
  return Promise.all(answers)
}

test('as of a position: lists are what the live models were there, and so is one stream, read and folded', async () => {
  bench.project()
  await bench.live()
  const through = await happen('first')
  await bench.reached(through)
  const then = await everything()
  const session = await bench.ask((transaction) => findSession(transaction, sessionId))
  const conversation = await bench.ask((transaction) => findConversation(transaction, sessionId, page))

  await bench.reached(await happen('second'))
  for (const [index, now] of (await everything()).entries()) {
    expect(now, allProjections[index]!.name).not.toEqual(then[index])
  }

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
