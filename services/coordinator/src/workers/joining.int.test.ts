import { coordinatorRoutes } from '@mosaic/contracts/http'
import { newId } from '@mosaic/contracts/kernel'
import { contractsText } from '@mosaic/contracts/messaging'
import { workerIdIn } from '@mosaic/contracts/worker'
import { programOf } from '@mosaic/runtime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningCoordinator, startCoordinator } from '../../test/coordinator.ts'

let coordinator: RunningCoordinator
beforeAll(async () => void (coordinator = await startCoordinator()))
afterAll(() => coordinator?.close())

const program = programOf(import.meta.url, contractsText())
const { version } = program
const contracts = program.contracts.slice(0, 12)

async function admitted(name: string) {
  const { body } = await coordinator.ask(coordinatorRoutes.admitWorker, { body: { name } })
  return coordinatorRoutes.admitWorker.answer.parse(body)
}

function join(token: string, as: Partial<typeof program> = {}) {
  const credential = `mosaic-worker-credential.${workerIdIn(token) ?? newId()}.${'C'.repeat(43)}`
  const body = {
    token,
    credential,
    ...program,
    ...as,
    host: 'box',
    labels: [],
    slots: 2,
  }
  return coordinator.ask(coordinatorRoutes.joinInstance, { body })
}

it('a worker of another version is refused, and told which version the instance is of', async () => {
  const { token, workerId } = await admitted('old')
  const refused = await join(token, { version: '0.0.1-other' })
  expect([refused.status, refused.body['code'], refused.body['field']]).toEqual([
    409,
    'WORKER_VERSION_DIFFERS',
    'version',
  ])
  expect(refused.body['detail']).toBe(
    `the worker is of version 0.0.1-other with contracts ${contracts}, the instance of version ${version} with contracts ${contracts}: both have to be the same, from clones of the same commit`,
  )
  // It may come again once it is of the same.
  expect(await join(token)).toMatchObject({ status: 200, body: { workerId } })
})

it('a worker of the same version whose events have other schemas was taken, and wrote what the instance cannot read', async () => {
  const { token } = await admitted('patched')
  const refused = await join(token, { contracts: '0'.repeat(64) })
  expect([refused.status, refused.body['code'], refused.body['field']]).toEqual([
    409,
    'WORKER_VERSION_DIFFERS',
    'contracts',
  ])
  expect(refused.body['detail']).toContain(
    `with contracts 000000000000, the instance of version ${version} with contracts ${contracts}`,
  )
  expect((await join(token)).status).toBe(200)
})

it('the token of a worker that was removed opens nothing any more, and it is said why', async () => {
  const { token, workerId } = await admitted('sold')
  expect((await join(token)).status).toBe(200)
  const removed = await coordinator.ask(coordinatorRoutes.removeWorker, { id: workerId, body: { reason: 'sold' } })
  expect(removed.status).toBe(202)
  const refused = await join(token)
  expect([refused.status, refused.body['code']]).toEqual([403, 'WORKER_REMOVED'])
  expect(refused.body['detail']).toContain('mosaic worker add')
})

it('a token that nobody has been told is refused, also one with the name of a worker', async () => {
  const { workerId } = await admitted('real')
  const guessed = await join(`mosaic-worker.${workerId}.${'A'.repeat(43)}`)
  expect([guessed.status, guessed.body['code']]).toEqual([401, 'WORKER_TOKEN_INVALID'])
  const shapeless = await join('let-me-in')
  expect([shapeless.status, shapeless.body['code'], shapeless.body['field']]).toEqual([
    400,
    'VALIDATION_FAILED',
    'token',
  ])
})
