import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, replaceScenario, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
let service: ServiceProcess
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  await start()
})
afterAll(async () => {
  await service.stop()
  await harness.close()
})

async function start() {
  service = await startService('services/orchestrator', { ...harness.environment, MOSAIC_LIMIT_INSTANCE: '4' })
  client = new Client(service.url, () => service.stop())
}

const repository = makeRepository()
const spawn = (steps: readonly Step[]) => client.spawn({ repository, task: 'Do it.', model: scenario(steps) })
const begun = async (sessionId: string) => {
  const { worktree } = await harness.place(sessionId)
  await eventually('the command runs', () => existsSync(join(worktree, 'begun')))
}

test('a stop parks agents whatever they are at, in its time, and with the next start all go on', async () => {
  const frames = harness.frames()
  const working = await spawn([shell('echo begun > begun; sleep 3600.9'), finish('worked')])
  const paused = await spawn([shell('echo begun > begun; sleep 1'), finish('went on')])
  const waiting = await spawn([{ call: { tool: 'ask_operator', input: { question: 'Which?' } } }, finish('answered')])
  await Promise.all([begun(working), begun(paused), harness.reached(waiting, 'AgentWaitingForOperator')])
  await client.post(`/agents/${paused}/pause`)
  await harness.reached(paused, 'AgentPaused')
  // For minutes: it is not done with it by the time that all others are where they are to be.
  const speech = { ...finish('talked'), say: 'word '.repeat(600) }
  const talks = scenario([{ ...speech, speed: { tokensPerSecond: 2 } }])
  const talking = await client.spawn({ repository, task: 'Do it.', model: talks })
  const queued = await spawn([finish('had its turn')])
  await eventually('it talks', () => frames.some(({ sessionId, kind }) => sessionId === talking && kind === 'delta'))

  await service.stop('SIGTERM')
  // Asked anew, it says the same, and has done so in a moment.
  replaceScenario(talks, [{ ...speech, speed: { tokensPerSecond: 10_000 } }])
  // Neither cut off by the limit of a stop, nor with anything that went wrong.
  expect(service.output()).toContain('"msg":"stopped"')
  expect(service.output()).not.toMatch(/"level":"(?:error|fatal)"/)
  const all = [working, talking, paused, waiting, queued]
  for (const sessionId of all) {
    expect(await harness.types(sessionId)).not.toEqual(expect.arrayContaining(['AgentCompleted']))
    expect(await harness.types(sessionId)).not.toEqual(expect.arrayContaining(['AgentFailed']))
  }

  await start()
  await client.post(`/agents/${paused}/resume`)
  await client.post(`/agents/${waiting}/inject`, { text: 'this' })
  const summaries = all.map(async (sessionId) => (await harness.reached(sessionId, 'AgentCompleted')).data.summary)
  expect(await Promise.all(summaries)).toEqual(['worked', 'talked', 'went on', 'answered', 'had its turn'])
  for (const sessionId of all) expect(await harness.types(sessionId)).not.toContain('AgentFailed')
})
