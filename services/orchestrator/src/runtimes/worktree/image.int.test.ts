import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { candidates } from '../../../test/sandboxes.ts'
import { finish, scenario, shell } from '../../../test/scenario.ts'
import { TestRepository } from '../../../test/user-repository.ts'
import { hashOf } from '../../repositories/index.ts'

const usual = 'mosaic-agent:latest'
const images = ['mosaic-image-test:one', 'mosaic-image-test:two']
let harness: Harness
let client: Client
beforeAll(async () => (harness = await Harness.start()))
afterAll(() => harness.close())

const look = shell('cat /etc/image-test || echo the usual one')

/** Follows an agent of a repository with these settings. */
async function spawn(settings: string): Promise<string> {
  using repository = new TestRepository({ 'mosaic.yaml': settings })
  const body = { repository: repository.path, hash: hashOf(settings) }
  expect((await client.post('/repositories/approve', body)).status).toBe(202)
  const sessionId = await client.spawn({ repository: repository.path, task: 'x', model: scenario([look, finish()]) })
  await harness.reached(sessionId, 'AgentResourcesReleased')
  return sessionId
}
const seenBy = async (sessionId: string) => (await harness.reached(sessionId, 'ToolCompleted')).data.output

const all = await candidates()
const docker = all.find(({ provider }) => provider.kind === 'docker')
const bubblewrap = all.find(({ provider }) => provider.kind === 'bubblewrap')

describe.runIf(docker?.works)(`images of repositories, in ${docker?.title}`, () => {
  const engine = new Docker()

  /** The usual image with a file of its own. */
  async function makeImage(name: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-image-'))
    const [repo, tag] = name.split(':')
    const container = await engine.createContainer({ Image: usual })
    try {
      writeFileSync(join(folder, 'image-test'), `${name}\n`)
      await container.putArchive(execFileSync('tar', ['-c', '-C', folder, 'image-test']), { path: '/etc' })
      await container.commit({ repo, tag })
    } finally {
      await container.remove()
      rmSync(folder, { recursive: true })
    }
  }

  beforeAll(async () => {
    client = await harness.orchestrator({ MOSAIC_SANDBOX: 'docker' })
    await Promise.all(images.map(makeImage))
  })
  afterAll(() => Promise.all(images.map((name) => engine.getImage(name).remove())))

  test.each(images)('commands of agents and of setup run in the image that the settings name: %s', async (name) => {
    const run = `grep -q ${name} /etc/image-test`
    const sessionId = await spawn(`image: ${name}\nsetup:\n  - name: look\n    run: ${run}\n`)
    expect(await seenBy(sessionId)).toBe(name)
  })

  test('an agent of a repository that names none has the usual one', async () => {
    expect(await seenBy(await spawn('workdir: .\n'))).toContain('the usual one')
  })

  test('an image that is not there fails the session by its name, before the agent begins', async () => {
    const sessionId = await spawn('image: no-such-image:1\n')
    const { code, message } = (await harness.reached(sessionId, 'AgentFailed')).data
    const words = 'the image no-such-image:1 is not on this machine: build it there, or pull it'
    expect([code, message]).toEqual(['SANDBOX_FAILED', words])
    expect(await harness.types(sessionId)).not.toContain('AgentStarted')
  })
})

describe.runIf(bubblewrap?.works)(`images of repositories, in ${bubblewrap?.title}`, () => {
  test('the agent is told that the programs are this machine’s', async () => {
    client = await harness.orchestrator({ MOSAIC_SANDBOX: 'bubblewrap' })
    const sessionId = await spawn('image: thing:1\n')
    expect(await seenBy(sessionId)).toContain('the usual one')
    const system = await harness.reached(sessionId, 'MessageRecorded', ({ role }) => role === 'system')
    expect(JSON.stringify(system.data.content)).toContain(
      'name the Docker image thing:1. Your sandbox is another (bubblewrap)',
    )
  })
})
