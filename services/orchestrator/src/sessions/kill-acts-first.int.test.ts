import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, type ServiceProcess, startEventStore, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countedModel } from '../../test/counted-model.ts'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

let harness: Harness
let model: Awaited<ReturnType<typeof countedModel>>
let service: ServiceProcess
let client: Client
const data = mkdtempSync(join(tmpdir(), 'mosaic-store-'))

beforeAll(async () => {
  harness = await Harness.start({ eventStoreData: data })
  model = await countedModel(harness.model.url)
  await start()
})
afterAll(async () => {
  await service.stop()
  model.close()
  await harness.close()
})

async function start() {
  service = await startService('services/orchestrator', {
    ...harness.environment,
    MOSAIC_SCRIPTED_MODEL_URL: model.url,
  })
  client = new Client(service.url, () => service.stop())
}

/** Takes the event store away; answers what brings it back. */
async function storeAway(): Promise<() => Promise<void>> {
  const port = Number(new URL(harness.eventStore.url.replace('esdb:', 'http:')).port)
  await harness.eventStore.close()
  return async () => harness.replaceEventStore(await startEventStore({ data, port }))
}

const sleepers = (mark: string): number =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`sleep 3600.${mark}`)).length

async function sleeper(mark: string): Promise<string> {
  const steps = [shell(`echo begun > begun; sleep 3600.${mark}`), finish()]
  const sessionId = await client.spawn({ repository: makeRepository(), task: `Sleep ${mark}.`, model: scenario(steps) })
  const { worktree } = await harness.place(sessionId)
  await eventually('it sleeps', () => existsSync(join(worktree, 'begun')) && sleepers(mark) > 0)
  return sessionId
}

const openKills = () => readdirSync(join(harness.data, 'kills'))

test('an agent that is killed calls no model after its receipt, also when its orchestrator starts again', async () => {
  const task = 'Go round and round.'
  const steps = [{ ...shell('true'), repeat: { max: 5000 } }, finish()]
  const sessionId = await client.spawn({ repository: makeRepository(), task, model: scenario(steps) })
  await eventually('it goes round', () => model.callsFor(task) > 5)
  expect((await client.post(`/agents/${sessionId}/kill`)).status).toBe(202)
  await harness.reached(sessionId, 'AgentKilled')
  const calls = model.callsFor(task)

  await service.stop('SIGKILL')
  await start()
  const next = await client.spawn({ repository: makeRepository(), task: 'Next.', model: scenario([finish()]) })
  await harness.reached(next, 'AgentCompleted')
  expect(model.callsFor(task)).toBe(calls)
  expect(openKills()).toEqual([])
})

test('a kill ends the processes while the event store is away, and is recorded when it is back', async () => {
  const [one, another] = [await sleeper('401'), await sleeper('402')]
  const back = await storeAway()
  const answers = Promise.all([
    client.post(`/agents/${one}/kill`),
    client.post('/agents/kill-all', { confirm: 'KILL ALL' }),
  ])
  await eventually('nobody sleeps', () => sleepers('401') + sleepers('402') === 0)
  expect((await answers).map(({ status }) => status)).toEqual([202, 202])

  await back()
  await Promise.all([one, another].map((id) => harness.reached(id, 'AgentResourcesReleased')))
  await eventually('the kill-all is complete', async () =>
    (await harness.typesOf('fleet-default')).includes('KillAllCompleted'),
  )
  await client.post('/fleet/unfreeze')
})

test('who was killed while the event store was away does not run again after the orchestrator has died', async () => {
  const sessionId = await sleeper('403')
  const back = await storeAway()
  // Its answer never comes.
  const asked = client.post(`/agents/${sessionId}/kill`).catch(() => undefined)
  await eventually('the kill is noted', () => openKills().includes(sessionId) && sleepers('403') === 0)
  await service.stop('SIGKILL')
  await asked
  await back()
  const calls = model.callsFor('Sleep 403.')
  await start()
  const { metadata } = await harness.reached(sessionId, 'AgentKillRequested')
  expect(metadata.actor).toMatchObject({ kind: 'operator', id: 'local' })
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect((await harness.types(sessionId)).filter((type) => type === 'AgentStarted')).toHaveLength(1)
  expect([model.callsFor('Sleep 403.'), sleepers('403')]).toEqual([calls, 0])
  await eventually('nothing is left to record', () => openKills().length === 0)
})
