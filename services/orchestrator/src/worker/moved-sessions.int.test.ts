import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

let harness: Harness
const started: ServiceProcess[] = []
const folders: string[] = []
beforeAll(async () => {
  harness = await Harness.start()
})
afterAll(async () => {
  for (const service of started) service.signal('SIGCONT')
  await Promise.all(started.map((service) => service.stop()))
  await harness?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A worker with a data folder of its own. */
async function worker(name: string): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), `mosaic-worker-${name}-`))
  folders.push(folder)
  const service = await startService('services/orchestrator', {
    ...harness.environment,
    MOSAIC_DATA_DIR: folder,
    MOSAIC_INSTANCE_ID: name,
    MOSAIC_WORKER_NAME: name,
  })
  started.push(service)
  return service
}

const clientOf = (service: ServiceProcess) => new Client(service.url, async () => {})
const gate = shell('until [ -e gate ]; do sleep 0.2; done; rm gate')

/** Where it has worked, one place after the other. */
const placesOf = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'AgentSpawned' && event.data.place.kind === 'worktree' ? [event.data.place.worktree] : [],
  )

const atGate = (sessionId: string, times: number) =>
  eventually(
    'it is at the gate',
    async () => {
      const invoked = (await harness.events(sessionId)).filter(
        (event) => event.type === 'ToolInvoked' && JSON.stringify(event.data.input).includes('until'),
      )
      return invoked.length >= times
    },
    120_000,
  )

test('the worktree of a session that went on elsewhere was never taken away', async () => {
  const one = await worker('one')
  const model = scenario([shell('echo kept > a.txt'), gate, gate, finish()])
  const session = { repository: makeRepository(), task: 'Write.', model, sandbox: 'process' }
  const sessionId = await clientOf(one).spawn(session)
  const before = await harness.place(sessionId)
  await atGate(sessionId, 1)
  await one.stop('SIGKILL')
  const two = await worker('two')
  await atGate(sessionId, 2)
  expect(existsSync(before.worktree)).toBe(true)
  await one.restart()
  await eventually('it is taken away', () => !existsSync(before.worktree), 60_000)
  const now = (await placesOf(sessionId)).at(-1)!
  expect(now).not.toBe(before.worktree)
  writeFileSync(join(now, 'gate'), '')
  await harness.reached(sessionId, 'AgentCompleted', undefined, 60_000)
  await Promise.all([one, two].map((service) => service.stop()))
}, 300_000)
