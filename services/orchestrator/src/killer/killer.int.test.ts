import { randomUUID } from 'node:crypto'
import { execFileSync, fork, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Strike } from '@mosaic/contracts/fleet'
import { killerRoutes } from '@mosaic/contracts/http'
import { commandIdOf } from '@mosaic/event-store'
import { eventually, type ServiceProcess, serviceToken, startService } from '@mosaic/kit'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'
import { createCgroup } from '../sandbox/cgroup.ts'
import { defaultLimits } from '../sandbox/contract.ts'

let harness: Harness
let service: ServiceProcess
let client: Client

beforeAll(async () => void (harness = await Harness.start()))
afterAll(() => harness.close())
beforeEach(start)
afterEach(() => service.stop('SIGKILL'))

async function start() {
  service = await startService('services/orchestrator', harness.environment)
  client = new Client(service.url, () => service.stop())
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

const strikeOf = (target: Strike['target'], commandId: string = randomUUID()): Strike => ({
  commandId,
  workspaceId: 'default',
  actor: { kind: 'operator', id: 'ada', name: 'Ada' },
  reason: 'fire',
  requestedAt: new Date().toISOString(),
  target,
})

/** What the orchestrator's killer answers. */
async function ask(target: Strike['target'], { token = serviceToken, commandId = randomUUID() as string } = {}) {
  const killers = join(harness.data, 'killers')
  const [address] = await eventually('the killer listens', () =>
    readdirSync(killers).flatMap((owner) => {
      const file = join(killers, owner, 'address.json')
      return existsSync(file) ? [JSON.parse(readFileSync(file, 'utf8')) as { url: string }] : []
    }),
  )
  const response = await fetch(address!.url + killerRoutes.strike.path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(strikeOf(target, commandId)),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}

const scopeTarget = () => ({ kind: 'scope', killAllId: randomUUID(), scope: { kind: 'all' } }) as const
const receipt = ['AgentKillRequested', 'AgentKillSignalled', 'AgentKillExitObserved', 'AgentDescendantsCleared']
const receiptOf = async (sessionId: string) =>
  (await harness.types(sessionId)).filter((type) => receipt.includes(type) || type === 'AgentFailed')

/** A shell that waits to become a sandbox of that orchestrator. `undefined` without control groups that can be ended as a whole. */
async function startingShell(owner: number) {
  const { procsFiles, whole, remove } = createCgroup(`mosaic-shell-pid${owner}-99999`, defaultLimits)
  const joining = procsFiles.map((file) => `echo $$ >'${file}' && `).join('')
  const child = spawn('/bin/sh', ['-c', `${joining}exec sleep 3600`], { stdio: 'ignore' })
  const end = async () => {
    child.kill('SIGKILL')
    await remove()
  }
  if (!whole) return void (await end())
  await eventually('it has joined', () => readFileSync(`${whole}/cgroup.procs`, 'utf8').includes(String(child.pid)))
  return { child, [Symbol.asyncDispose]: end }
}

test('what an orchestrator was starting when it was killed was left to nobody', async () => {
  const killers = join(harness.data, 'killers')
  const owner = readdirSync(killers)
    .map((name) => Number(readFileSync(join(killers, name, 'owner'), 'utf8')))
    .find((pid) => existsSync(`/proc/${pid}`))
  await using starting = await startingShell(owner!)
  await service.stop('SIGKILL')
  if (starting) await eventually('it is ended', () => starting.child.signalCode === 'SIGKILL')
})

test('and where it was killed before its killer was loaded', async () => {
  // Lives, or who starts meanwhile would end what it has left.
  const owner = spawn('sleep', ['600'])
  await using starting = await startingShell(owner.pid!)
  const killer = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [String(owner.pid)], { stdio: 'ignore' })
  try {
    killer.disconnect()
    if (starting) await eventually('it is ended', () => starting.child.signalCode === 'SIGKILL')
    await eventually('and so is the killer', () => killer.exitCode !== null)
  } finally {
    killer.kill('SIGKILL')
    owner.kill('SIGKILL')
  }
})

test('a kill that was asked of another machine did not reach agents of an orchestrator that stood still', async () => {
  const sessionId = await sleeper('410')
  await eventually('the killer listens', () => readdirSync(join(harness.data, 'killers')).length > 0)
  service.signal('SIGSTOP')
  const target = { kind: 'session', sessionId, tree: false } as const
  // Whoever has not heard it hears it said again: the killer may still be on its way to NATS.
  const asked = strikeOf(target)
  await eventually('nobody sleeps', () => {
    harness.messaging.publishStrike(asked)
    return sleepers('410') === 0
  })
  service.signal('SIGCONT')
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(await receiptOf(sessionId)).toEqual(receipt)
})

test('what an orchestrator that stands still runs is ended by its killer, and recorded when it goes on', async () => {
  const [one, two] = [await sleeper('411'), await sleeper('412')]
  service.signal('SIGSTOP')
  const startedAt = performance.now()
  const answer = await ask(scopeTarget())
  expect(sleepers('411') + sleepers('412')).toBe(0)
  expect(performance.now() - startedAt, 'within a second, on a machine that may be busy').toBeLessThan(5_000)
  expect(answer).toEqual({ status: 200, body: { struck: true, sessionIds: expect.anything(), unconfirmed: [] } })

  service.signal('SIGCONT')
  for (const sessionId of [one, two]) {
    const { data } = await harness.reached(sessionId, 'AgentKillSignalled')
    expect(data.sent).toMatchObject({ kind: 'process', processes: expect.any(Number) })
    await harness.reached(sessionId, 'AgentResourcesReleased')
    expect(await receiptOf(sessionId)).toEqual(receipt)
  }
  const fleet = await harness.typesOf('fleet-default')
  expect(fleet.slice(0, 2)).toEqual(['FleetFrozen', 'KillAllRequested'])
  await eventually('the kill-all is complete', async () =>
    (await harness.typesOf('fleet-default')).includes('KillAllCompleted'),
  )
  expect((await client.post('/fleet/unfreeze')).status).toBe(202)
})

test('it is recorded by the next orchestrator when the one that stood still is cut off, and none of it runs again', async () => {
  const [parent, other] = [await sleeper('413'), await sleeper('414')]
  service.signal('SIGSTOP')
  expect(await ask({ kind: 'session', sessionId: parent, tree: true })).toMatchObject({
    body: { struck: true, sessionIds: [parent], unconfirmed: [] },
  })
  expect([sleepers('413'), sleepers('414')]).toEqual([0, 1])
  await service.stop('SIGKILL')
  await start()
  const { metadata } = await harness.reached(parent, 'AgentKillRequested')
  expect(metadata.actor).toMatchObject({ kind: 'operator', id: 'ada' })
  await harness.reached(parent, 'AgentResourcesReleased')
  expect(await receiptOf(parent)).toEqual(receipt)
  expect((await harness.types(parent)).filter((type) => type === 'AgentStarted')).toHaveLength(1)
  // Nobody meant this one: what it was at is told to it as interrupted, and it goes on.
  await harness.reached(other, 'AgentCompleted')
  await eventually('nothing is left to record', () => readdirSync(join(harness.data, 'kills')).length === 0)
})

test('what the orchestrator has in hand it is left alone with; a stranger is refused', async () => {
  const sessionId = await sleeper('415')
  const refused = await ask({ kind: 'session', sessionId, tree: false }, { token: 'not the token of this place' })
  expect([refused.status, sleepers('415')]).toEqual([401, 1])
  expect(await ask({ kind: 'session', sessionId: randomUUID(), tree: false })).toMatchObject({
    body: { struck: false, sessionIds: [] },
  })
  const target = { kind: 'session', sessionId, tree: false } as const
  const key = randomUUID()
  const commandId = commandIdOf({ workspaceId: 'default', operatorId: 'local', key })
  const headers = { 'idempotency-key': key }
  const [killed, left] = await Promise.all([
    client.post(`/agents/${sessionId}/kill`, {}, headers),
    ask(target, { commandId }),
  ])
  expect([killed.status, left.body]).toEqual([202, { struck: false, sessionIds: [], unconfirmed: [] }])
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect((await harness.types(sessionId)).filter((type) => type === 'AgentKillRequested')).toHaveLength(1)
})

test('a killer that ends is there again', async () => {
  const killers = join(harness.data, 'killers')
  const pids = () => readdirSync(killers).map((owner) => pidIn(join(killers, owner, 'address.json')))
  const [first] = await eventually('a killer', () => (pids()[0] ? pids() : undefined))
  process.kill(first!, 'SIGKILL')
  const second = await eventually('another', () => pids().find((pid) => pid !== undefined && pid !== first))
  expect(second).not.toBe(first)
})

const pidIn = (file: string): number | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : undefined
