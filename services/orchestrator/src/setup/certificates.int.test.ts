import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { PackageServer } from '../../test/package-server.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'
import { TestRepository } from '../../test/user-repository.ts'
import { hashOf } from '../repositories/index.ts'

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

test('setup and agents trust the certificates that stand in a repository’s approved settings, and the log has them whole', async () => {
  await using packages = await PackageServer.start('localhost')
  const hosts = `[localhost:${packages.server.port}]`
  const fetched = `curl -sS ${packages.url}/`
  const settings = `
certificates: |
${packages.bundle.replaceAll(/^/gm, '  ')}
setup:
  - name: fetch
    run: ${fetched}
    hosts: ${hosts}
network:
  hosts: ${hosts}
`
  using repository = new TestRepository({ 'mosaic.yaml': settings })
  const body = { repository: repository.path, hash: hashOf(settings) }
  const approved = await client.post('/repositories/approve', body)
  expect(approved).toMatchObject({ status: 202 })
  const model = scenario([shell(fetched), finish()])
  const sessionId = await client.spawn({ repository: repository.path, task: 'x', model })
  const { data: setup } = await harness.reached(sessionId, 'SetupStepCompleted')
  expect(setup).toMatchObject({ exitCode: 0, output: 'reached' })
  expect((await harness.reached(sessionId, 'ToolCompleted')).data.output).toBe('reached')
  await harness.reached(sessionId, 'AgentResourcesReleased')
  for await (const item of harness.store.readAll({ filter: { eventTypes: ['RepositorySettingsApproved'] } }))
    expect(item.kind === 'event' && item.event.data).toMatchObject({ text: settings })
})
