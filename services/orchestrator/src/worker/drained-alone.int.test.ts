import { coordinatorRoutes } from '@mosaic/contracts/http'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

let harness: Harness
beforeAll(async () => void (harness = await Harness.start()))
afterAll(() => harness?.close())

test('what the only worker had run was never ended once it was drained', async () => {
  const only = await harness.orchestrator({ MOSAIC_WORKER_NAME: 'only' })
  const coordinator = new Client(harness.coordinator.url, async () => {})
  const worker = async () => {
    const { items } = coordinatorRoutes.workers.answer.parse((await coordinator.get('/api/workers')).body)
    return items.find(({ name, isAlive }) => name === 'only' && isAlive)
  }
  const spawn = async (task: string) => {
    const model = scenario([shell('sleep 1'), shell('sleep 3600'), finish()])
    const sessionId = await only.spawn({ repository: makeRepository(), task, model, sandbox: 'process' })
    await harness.reached(sessionId, 'ToolInvoked')
    return sessionId
  }
  const [killed, terminated] = [await spawn('To be killed.'), await spawn('To be ended.')]
  const { workerId } = await eventually('the worker is known', worker, 30_000)
  expect((await coordinator.post(`/api/workers/${workerId}/drain`)).status).toBe(202)
  await eventually('it has let go of all', async () => (await worker())?.presence?.isEmpty === true, 60_000)
  expect((await only.post(`/agents/${killed}/kill`)).status).toBe(202)
  expect((await only.post(`/agents/${terminated}/terminate`)).status).toBe(202)
  for (const sessionId of [killed, terminated]) await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(await harness.types(killed)).toContain('AgentDescendantsCleared')
  // Nothing else is taken up meanwhile.
  expect((await worker())?.presence?.isEmpty).toBe(true)
}, 200_000)
