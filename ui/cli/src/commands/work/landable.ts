import { type Client, ProblemError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { MissionView } from '@mosaic/contracts/mission'
import type { TaskView } from '@mosaic/contracts/task'
import { CliError, exitCodes, printError } from '../../cli.ts'
import { harmless, oneLine } from '../../format/text.ts'
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
  const tasks = await tasksOf(client, mission)
  const completed = tasks.filter(({ status }) => status === 'completed')
  const others = tasks.filter(({ status }) => status !== 'completed')
  const left = others.map(({ title, status }) => `“${oneLine(harmless(title), 60)}” (${status})`).join(', ')
  if (completed.length === 0) {
    const message = `No task of mission “${oneLine(harmless(mission.title), 60)}” has been completed: there is nothing to land.`
    throw new CliError(message, { exitCode: exitCodes.refused, ...(left !== '' && { hint: `It has ${left}.` }) })
  }
  if (left !== '') printError(`Left out, for it has not been completed: ${left}`)
  return completed.map(taken)
}

/** All of them, also those that were added to it later: in the mission's order, then as they were added. */
async function tasksOf(client: Client, { missionId, tasks: planned }: MissionView): Promise<TaskView[]> {
  const tasks: TaskView[] = []
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const page = await client.call(gatewayRoutes.tasks, { query: { missionId, limit: 200, cursor } })
    tasks.push(...page.items)
    cursor = page.nextCursor ?? undefined
    isMore = cursor !== undefined
  }
  const order = new Map(planned.map(({ taskId }, index) => [taskId, index]))
  const placeOf = ({ taskId }: TaskView) => order.get(taskId) ?? planned.length
  return tasks.sort((a, b) => placeOf(a) - placeOf(b) || Date.parse(a.createdAt) - Date.parse(b.createdAt))
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
