import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coordinatorRoutes } from '@mosaic/contracts/http'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { Queue } from '../../test/queue.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

let harness: Harness
let queue: Queue
const started: ServiceProcess[] = []
const folders: string[] = []
beforeAll(async () => {
  harness = await Harness.start()
  queue = await Queue.start(harness, 0)
})
afterAll(async () => {
  await Promise.all(started.map((service) => service.stop()))
  await queue?.close()
  await harness?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function worker(name: string, slots: number): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), `mosaic-worker-${name}-`))
  folders.push(folder)
  const service = await startService('services/orchestrator', {
    ...harness.environment,
    MOSAIC_COORDINATOR_URL: queue.coordinator.url,
    MOSAIC_DATA_DIR: folder,
    MOSAIC_INSTANCE_ID: name,
    MOSAIC_WORKER_NAME: name,
    MOSAIC_WORKER_SLOTS: String(slots),
  })
  started.push(service)
  return service
}

const heard = (
  name: string,
  isSo: (presence: { slots: number; live: number; isEmpty: boolean }) => boolean = () => true,
) =>
  eventually(
    `${name} is heard so`,
    async () => {
      const { body } = await new Client(queue.coordinator.url, async () => {}).get('/api/workers')
      const { items } = coordinatorRoutes.workers.answer.parse(body)
      return items.find((each) => each.name === name && each.isAlive && each.presence && isSo(each.presence))
    },
    60_000,
  )
const steer = (workerId: string, verb: 'drain' | 'return') => queue.post(`/api/workers/${workerId}/${verb}`)
const ownersOf = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'SessionClaimed' ? [event.data.ownerId] : []))

const gate = shell('until [ -e gate ]; do sleep 0.2; done; rm gate')
const openGate = async (sessionId: string) => writeFileSync(join((await harness.place(sessionId)).worktree, 'gate'), '')

test('a worker that works again takes back what it had let go of and nobody has claimed', async () => {
  const service = await worker('one', 4)
  const { workerId } = await heard('one')
  const model = scenario([shell('echo kept > a.txt'), gate, shell('cat a.txt'), finish('went on')])
  const client = new Client(service.url, async () => {})
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Write.', model, sandbox: 'process' })
  await harness.reached(sessionId, 'ToolInvoked', ({ input }) => JSON.stringify(input).includes('until'), 90_000)
  const { worktree } = await harness.place(sessionId)
  await steer(workerId, 'drain')
  await openGate(sessionId)
  await heard('one', ({ isEmpty }) => isEmpty)
  // There is nobody else: it is let go of, and stands.
  expect(existsSync(worktree)).toBe(false)
  expect(await harness.types(sessionId)).not.toContain('AgentCompleted')

  await steer(workerId, 'return')
  const { data } = await harness.reached(sessionId, 'AgentCompleted', undefined, 90_000)
  expect(data.summary).toBe('went on')
  const shown = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'ToolCompleted' ? [event.data.output] : [],
  )
  expect(shown.at(-2)).toContain('kept')
  expect(new Set(await ownersOf(sessionId)).size).toBe(1)
  await service.stop()
})

test('a worker runs as many agents as it has slots; drained it begins none of the tasks that wait, and another one does', async () => {
  const model = scenario([gate, finish()])
  const small = await worker('small', 2)
  const { workerId } = await heard('small', ({ slots }) => slots === 2)
  const repository = makeRepository()
  const add = () => queue.add({ instructions: 'Wait.', repository, model, sandbox: 'process' })
  const ids = [await add(), await add()]
  const begun = await Promise.all(ids.map((id) => queue.until(id, ({ status }) => status === 'executing')))
  const waiting = [await add(), await add()]
  const sent = await Promise.all(waiting.map((id) => queue.until(id, ({ status }) => status === 'dispatched')))
  expect(sent.map(({ attempts }) => attempts)).toEqual([[], []])
  await heard('small', ({ live }) => live === 2)

  await steer(workerId, 'drain')
  await Promise.all(begun.map(({ attempts }) => openGate(attempts[0]!.sessionId)))
  await heard('small', ({ isEmpty }) => isEmpty)
  // It has room, and takes nothing.
  const held = await Promise.all(waiting.map((id) => queue.task(id)))
  expect(held.map(({ status, attempts }) => [status, attempts.length])).toEqual([
    ['dispatched', 0],
    ['dispatched', 0],
  ])

  const large = await worker('large', 8)
  const { presence } = await heard('large')
  const taken = await Promise.all(waiting.map((id) => queue.until(id, ({ status }) => status === 'executing')))
  for (const { attempts } of taken) {
    const { sessionId } = attempts[0]!
    expect(await ownersOf(sessionId)).toEqual([presence!.ownerId])
    await openGate(sessionId)
  }
  const ended = await Promise.all([...ids, ...waiting].map((id) => queue.until(id, ({ endedAt }) => endedAt !== null)))
  expect(ended.map(({ status, attempts }) => [status, attempts.length])).toEqual(ended.map(() => ['completed', 1]))
  await Promise.all([small, large].map((service) => service.stop()))
})
