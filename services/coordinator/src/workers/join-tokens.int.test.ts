import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { coordinatorRoutes, type Route } from '@mosaic/contracts/http'
import { newId } from '@mosaic/contracts/kernel'
import { contractsText } from '@mosaic/contracts/messaging'
import { workerIdIn, workerStream } from '@mosaic/contracts/worker'
import { connectEventStore, type EventStore } from '@mosaic/event-store'
import { programOf } from '@mosaic/runtime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Asked, type RunningCoordinator, startCoordinator } from '../../test/coordinator.ts'

let coordinator: RunningCoordinator
let store: EventStore

beforeAll(async () => {
  coordinator = await startCoordinator()
  store = connectEventStore({ connectionString: coordinator.eventStore.url, instanceId: 'test' })
})
afterAll(async () => {
  await store?.close()
  await coordinator?.close()
})

async function ask(route: Route, asked: Asked) {
  const { status, body } = await coordinator.ask(route, asked)
  return { status, answer: body as Record<string, string> }
}

const machine = { ...programOf(import.meta.url, contractsText()), host: 'box', labels: [], slots: 1 }
const newCredential = (token: string) =>
  `mosaic-worker-credential.${workerIdIn(token)}.${randomBytes(32).toString('base64url')}`
const join = (shown: { token?: string; credential: string }) =>
  ask(coordinatorRoutes.joinInstance, { body: { ...shown, ...machine } })

async function added(): Promise<{ workerId: string; token: string }> {
  const { answer } = await ask(coordinatorRoutes.admitWorker, { body: { name: 'gpu-1' } })
  return { workerId: answer['workerId']!, token: answer['token']! }
}

async function joined() {
  const { workerId, token } = await added()
  const credential = newCredential(token)
  expect((await join({ token, credential })).status).toBe(200)
  return { workerId, token, credential }
}

async function factsOf(workerId: string) {
  const facts: { type: string; data: unknown }[] = []
  for await (const item of store.readStream(workerStream.of(workerId))) {
    if (item.kind === 'event') facts.push({ type: item.event.type, data: item.event.data })
  }
  return facts
}

it('a join token that somebody has read in a list of processes is no use to them, and the try is in the log', async () => {
  const { workerId, token, credential } = await joined()
  const stolen = await join({ token, credential: newCredential(token) })
  expect(stolen).toMatchObject({ status: 401, answer: { code: 'WORKER_TOKEN_USED' } })
  expect(stolen.answer['detail']).toContain(`mosaic worker token ${workerId}`)
  expect((await join({ credential })).status).toBe(200)
  expect((await factsOf(workerId)).map(({ type }) => type)).toEqual([
    'WorkerAdmitted',
    'WorkerTokenRedeemed',
    'WorkerJoined',
    'WorkerJoinRefused',
    'WorkerJoined',
  ])
})

it('of two machines that show a token at once, one joins', async () => {
  const { token } = await added()
  const answers = await Promise.all(Array.from({ length: 4 }, () => join({ token, credential: newCredential(token) })))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
})

it('the log and the answers hold neither token nor credential', async () => {
  const { workerId, token, credential } = await joined()
  const facts = await factsOf(workerId)
  const { answer } = await ask(coordinatorRoutes.workers, {})
  const shown = JSON.stringify([facts, answer])
  for (const secret of [token, credential]) expect(shown).not.toContain(secret.split('.')[2])
})

it('a removed worker joins no more: not by its credential, not by its token, and it gets no new one', async () => {
  const { workerId, token, credential } = await joined()
  await ask(coordinatorRoutes.removeWorker, { id: workerId, body: {} })
  for (const shown of [{ credential }, { token, credential }, { token, credential: newCredential(token) }])
    expect(await join(shown)).toMatchObject({ status: 403, answer: { code: 'WORKER_REMOVED' } })
  const issued = await ask(coordinatorRoutes.issueWorkerToken, { id: workerId, body: {} })
  expect(issued).toMatchObject({ status: 403, answer: { code: 'WORKER_REMOVED' } })
})

it("a worker's credential opens what workers ask for, no operator's command, and nothing after its removal", async () => {
  const { workerId, credential: bearer } = await joined()
  // Told apart by what they say of an empty body, which comes after who asks.
  const asked = (route: Route) => ask(route, { id: newId(), bearer, body: {} }).then(({ status }) => status)
  const { reserveBudget, refuseDispatch, check, admitWorker, removeWorker, joinInstance, drainWorker } =
    coordinatorRoutes
  for (const route of [reserveBudget, refuseDispatch, check]) expect(await asked(route)).toBe(400)
  for (const route of [admitWorker, removeWorker, joinInstance, drainWorker]) expect(await asked(route)).toBe(401)
  expect((await ask(coordinatorRoutes.workers, { bearer })).status).toBe(401)
  await ask(coordinatorRoutes.removeWorker, { id: workerId, body: {} })
  expect(await asked(check)).toBe(401)
})

it('whoever asks for a check as a worker is asked back by its own credential, not by the service token', async () => {
  const { credential } = await joined()
  const bearers: (string | undefined)[] = []
  const listener = createServer((request, response) => {
    bearers.push(request.headers.authorization)
    response.writeHead(500).end('{}')
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const worker = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  const ids = { checkId: newId(), sessionId: newId(), taskId: newId(), workspaceId: 'default' }
  const change = { commit: 'c', tree: 't', baseCommit: 'b', repository: '/r', baseBranch: 'main', settings: 'none' }
  const body = { ...ids, ...change, stage: 'pre-commit', profile: 'standard', worker }
  await ask(coordinatorRoutes.check, { bearer: credential, body })
  listener.close()
  expect(bearers).toEqual([`Bearer ${credential}`])
})
