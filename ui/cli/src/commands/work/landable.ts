import { type Client, ProblemError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { TaskView } from '@mosaic/contracts/task'
import { CliError, exitCodes } from '../../cli.ts'
import { findSessionId } from '../agent/find-session.ts'
import { findMissionId } from '../mission/find-mission.ts'
import { findTaskId } from '../task/find-task.ts'

/** The sessions whose work a person means: one, the chosen attempt at a task, or those at the tasks of a mission, in its order. */
export async function landableSessions(client: Client, given: string): Promise<string[]> {
  const attempts = (await attemptOfTask(client, given)) ??
    (await attemptsOfMission(client, given)) ?? [await findSessionId(client, given)]
  return Promise.all(attempts.map((sessionId) => newest(client, sessionId)))
}

async function attemptOfTask(client: Client, given: string): Promise<string[] | undefined> {
  const task = await unlessMissing(async () => {
    const id = await findTaskId(client, given)
    return client.call(gatewayRoutes.task, { params: { id } })
  })
  return task && [taken(task)]
}

async function attemptsOfMission(client: Client, given: string): Promise<string[] | undefined> {
  const mission = await unlessMissing(async () => {
    const id = await findMissionId(client, given)
    return client.call(gatewayRoutes.mission, { params: { id } })
  })
  if (!mission) return undefined
  const tasks = await Promise.all(
    mission.tasks.map(({ taskId: id }) => client.call(gatewayRoutes.task, { params: { id } })),
  )
  return tasks.filter(({ status }) => status === 'completed').map(taken)
}

function taken({ title, attempts }: TaskView): string {
  const completed = attempts.filter(({ status }) => status === 'completed')
  const attempt = attempts.find(({ chosen }) => chosen) ?? (completed.length === 1 ? completed[0] : undefined)
  if (attempt) return attempt.sessionId
  throw new CliError(`No attempt at “${title}” has been chosen.`, {
    exitCode: exitCodes.refused,
    hint: 'mosaic task choose TASK SESSION',
  })
}

/** Whoever goes on with it has it all. */
async function newest(client: Client, sessionId: string): Promise<string> {
  const { successorSessionId } = await client.call(gatewayRoutes.session, { params: { id: sessionId } })
  return successorSessionId === null ? sessionId : newest(client, successorSessionId)
}

async function unlessMissing<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

const isMissing = (error: unknown): boolean =>
  (error instanceof CliError && error.exitCode === exitCodes.notFound) ||
  (error instanceof ProblemError && error.problem.status === 404)
