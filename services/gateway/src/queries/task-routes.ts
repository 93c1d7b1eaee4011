import { gatewayRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { MissionProgress, MissionView } from '@mosaic/contracts/mission'
import { findMergeQueues, mergeQueuesProjection } from '@mosaic/merge-queues'
import { addRoute } from '@mosaic/http'
import { findMission, findMissions, missionsProjection } from '@mosaic/missions'
import type { WorkspaceTransaction } from '@mosaic/postgres'
import { readPause } from '@mosaic/queue'
import { countQueue, findTask, findTasks, progressOf, tasksProjection } from '@mosaic/tasks'
import type { FastifyInstance } from 'fastify'
import { pageCursor } from './cursor.ts'
import { ask, type ReadModels } from './read-model.ts'

/** Tasks, missions and queues as the read models have them. */
export function addTaskRoutes(app: FastifyInstance, models: ReadModels): void {
  const tasks = { ...models, projection: tasksProjection.name }
  const mergeQueues = { ...models, projection: mergeQueuesProjection.name }
  const missions = { ...models, projection: missionsProjection.name }

  addRoute(app, gatewayRoutes.tasks, ({ query, request }) =>
    ask(tasks, request, (transaction) => findTasks(transaction, { ...query, cursor: pageCursor(query.cursor) })),
  )
  addRoute(app, gatewayRoutes.task, async ({ params: { id }, request }) =>
    found(await ask(tasks, request, (transaction) => findTask(transaction, id)), {
      code: 'TASK_NOT_FOUND',
      message: `there is no task ${id}`,
    }),
  )
  addRoute(app, gatewayRoutes.queueStats, ({ request }) =>
    ask(tasks, request, async (transaction) => ({
      ...(await countQueue(transaction)),
      paused: await readPause(transaction),
    })),
  )
  addRoute(app, gatewayRoutes.mergeQueues, ({ query, request }) =>
    ask(mergeQueues, request, (transaction) => findMergeQueues(transaction, query)),
  )
  addRoute(app, gatewayRoutes.missions, ({ query, request }) =>
    ask(missions, request, async (transaction) => {
      const page = await findMissions(transaction, { ...query, cursor: pageCursor(query.cursor) })
      return { ...page, items: await withProgress(transaction, page.items) }
    }),
  )
  addRoute(app, gatewayRoutes.mission, async ({ params: { id }, request }) =>
    found(
      await ask(missions, request, async (transaction) => {
        const mission = await findMission(transaction, id)
        return mission && (await withProgress(transaction, [mission]))[0]
      }),
      { code: 'MISSION_NOT_FOUND', message: `there is no mission ${id}` },
    ),
  )
}

async function withProgress(
  transaction: WorkspaceTransaction,
  missions: readonly MissionView[],
): Promise<MissionProgress[]> {
  const ids = missions.map(({ missionId }) => missionId)
  const progress = await progressOf(transaction, ids)
  return missions.map((mission) => Object.assign({ progress: progress.get(mission.missionId) ?? {} }, mission))
}

type Refused = Rejection<RejectionCode>

const found = <T>(answer: Result<T | undefined, Refused>, missing: Refused): Result<T, Refused> => {
  if (!answer.ok) return answer
  return answer.value === undefined ? err(missing) : ok(answer.value)
}
