import { type Client, ProblemError } from '@mosaic/client'
import { gatewayRoutes, problem, type Route } from '@mosaic/contracts/http'
import { afterEach, expect, test, vi } from 'vitest'
import { exitCodes } from '../../cli.ts'
import { landableSessions } from './landable.ts'

const id = (number: number) => `01890000-0000-7000-8000-00000000000${number}`
const missionId = id(9)
const [first, second, added] = [id(1), id(2), id(3)]

const task = (taskId: string, status: 'completed' | 'failed', minute = 0) => ({
  taskId,
  title: `task ${taskId.at(-1)}`,
  status,
  createdAt: `2026-03-04T05:0${minute}:00.000Z`,
  attempts: [{ sessionId: `session of ${taskId.at(-1)}`, status: 'completed', chosen: false }],
})

/** A mission that began with two tasks; more may have been added. Tasks come newest first, a page of one each. */
function clientOf(tasks: ReturnType<typeof task>[]): Client {
  const all = tasks.toReversed()
  const call = async (route: Route, { query = {} }: { query?: Record<string, unknown> } = {}) => {
    if (route === gatewayRoutes.mission) {
      return { missionId, title: 'Five notes', tasks: [{ taskId: first }, { taskId: second }] }
    }
    if (route === gatewayRoutes.task) throw missing
    if (route === gatewayRoutes.session) return { successorSessionId: null }
    if (route !== gatewayRoutes.tasks) throw new Error(`nobody is asked for ${route.path}`)
    if (query['missionId'] !== missionId) return { items: [], nextCursor: null }
    const at = Number(query['cursor'] ?? 0)
    return { items: all.slice(at, at + 1), nextCursor: at + 1 < all.length ? String(at + 1) : null }
  }
  return { call } as unknown as Client
}

const missing = new ProblemError(
  problem.parse({ type: 'urn:x', title: 't', status: 404, code: 'TASK_NOT_FOUND', detail: 'no such task' }),
)

let said = ''
vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
  said += String(text)
  return true
})
afterEach(() => void (said = ''))

test('tasks that were added to a mission later were left out when it landed', async () => {
  const client = clientOf([task(second, 'completed'), task(first, 'completed'), task(added, 'completed', 5)])
  expect(await landableSessions(client, missionId)).toEqual(['session of 1', 'session of 2', 'session of 3'])
  expect(said).toBe('')
})

test('what has not been completed was left out without a word', async () => {
  const client = clientOf([task(first, 'completed'), task(second, 'failed')])
  expect(await landableSessions(client, missionId)).toEqual(['session of 1'])
  expect(said).toContain('“task 2” (failed)')
})

test('a mission of which nothing has been completed landed with success', async () => {
  for (const tasks of [[], [task(first, 'failed')]]) {
    await expect(landableSessions(clientOf(tasks), missionId)).rejects.toMatchObject({
      exitCode: exitCodes.refused,
      message: expect.stringContaining('nothing to land'),
    })
  }
})
