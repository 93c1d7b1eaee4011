import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Strike } from '@mosaic/contracts/fleet'
import { eventually, startEventStore } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario, shell } from '../../../test/scenario.ts'

// Two workers, each with a data folder of its own, so that one hears of a kill that was asked of the other by no disk.

let harness: Harness
let one: Client
let two: Client
const [data, folder] = ['store', 'two'].map((name) => mkdtempSync(join(tmpdir(), `mosaic-strikes-${name}-`))) as [
  string,
  string,
]

beforeAll(async () => {
  harness = await Harness.start({ eventStoreData: data })
  one = await harness.orchestrator()
  two = await harness.orchestrator({ MOSAIC_DATA_DIR: folder, MOSAIC_INSTANCE_ID: 'two' })
})
afterAll(async () => {
  await harness.close()
  for (const each of [data, folder]) rmSync(each, { recursive: true, force: true })
})

const sleepers = (mark: string): number =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`sleep 3600.${mark}`)).length

/** Run by the first; the second knows of it. */
async function sleeper(mark: string): Promise<string> {
  const steps = [shell(`echo begun > begun; sleep 3600.${mark}`), finish()]
  const sessionId = await one.spawn({ repository: makeRepository(), task: `Sleep ${mark}.`, model: scenario(steps) })
  const { worktree } = await harness.place(sessionId)
  await eventually('it sleeps', () => existsSync(join(worktree, 'begun')) && sleepers(mark) > 0)
  const { body } = await eventually('it is known', async () => {
    const answer = await two.get(`/agents/${sessionId}/status`)
    return answer.body['status'] === 'running' && answer
  })
  expect(body['sessionId']).toBe(sessionId)
  return sessionId
}

async function storeAway(): Promise<() => Promise<void>> {
  const port = Number(new URL(harness.eventStore.url.replace('esdb:', 'http:')).port)
  await harness.eventStore.close()
  return async () => harness.replaceEventStore(await startEventStore({ data, port }))
}

const receipt = ['AgentKillRequested', 'AgentKillSignalled', 'AgentKillExitObserved', 'AgentDescendantsCleared']
async function expectReceipt(sessionId: string): Promise<void> {
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect((await harness.types(sessionId)).filter((type) => receipt.includes(type))).toEqual(receipt)
}

const strike = (target: Strike['target'], over: Partial<Strike> = {}): Strike => ({
  commandId: randomUUID(),
  workspaceId: 'default',
  actor: { kind: 'operator', id: 'ada', name: 'Ada' },
  reason: 'fire',
  requestedAt: new Date().toISOString(),
  target,
  ...over,
})

test('a kill that was asked of another worker waited for the log', async () => {
  const [first, second] = [await sleeper('431'), await sleeper('432')]
  const back = await storeAway()
  const killed = two.post(`/agents/${first}/kill`)
  await eventually('the first is ended', () => sleepers('431') === 0)
  expect(sleepers('432')).toBeGreaterThan(0)
  const all = two.post('/agents/kill-all', { confirm: 'KILL ALL' })
  await eventually('the second is ended', () => sleepers('432') === 0)
  expect((await all).body).toMatchObject({ recorded: false })
  await killed
  await back()
  await Promise.all([first, second].map(expectReceipt))
  await eventually('the kill-all is complete', async () =>
    (await harness.typesOf('fleet-default')).includes('KillAllCompleted'),
  )
  const fleet = await harness.typesOf('fleet-default')
  expect(fleet).toEqual(['FleetFrozen', 'KillAllRequested', 'KillAllCompleted'])
  expect((await one.post('/fleet/unfreeze')).status).toBe(202)
})

test('what is heard and stands in no log comes to stand there, with who asked for it', async () => {
  const sessionId = await sleeper('433')
  harness.messaging.publishStrike(strike({ kind: 'session', sessionId, tree: false }))
  await expectReceipt(sessionId)
  const requested = await harness.reached(sessionId, 'AgentKillRequested')
  expect(requested.metadata.actor).toEqual({ kind: 'operator', id: 'ada', name: 'Ada' })
  expect(requested.data.reason).toBe('fire')
})

test('a kill of another workspace, of long ago, or of what is no session ends nobody', async () => {
  const [sessionId, last] = [await sleeper('434'), await sleeper('435')]
  const target = { kind: 'session', sessionId, tree: true } as const
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
  const all = { kind: 'scope', killAllId: randomUUID(), scope: { kind: 'all' } } as const
  for (const each of [
    strike(target, { workspaceId: 'others' }),
    strike(all, { workspaceId: 'others' }),
    strike(all, { requestedAt: hourAgo }),
    strike({ ...target, sessionId: 'everybody' }),
    strike(target, { reason: 'x'.repeat(100_000) }),
  ])
    harness.messaging.publishStrike(each)
  // They come in order: once this one has been heard, so have all before it.
  harness.messaging.publishStrike(strike({ ...target, sessionId: last }))
  await expectReceipt(last)
  expect(sleepers('434')).toBeGreaterThan(0)
  expect((await harness.types(sessionId)).filter((type) => receipt.includes(type))).toEqual([])
  expect((await one.post(`/agents/${sessionId}/kill`)).status).toBe(202)
  await expectReceipt(sessionId)
})
