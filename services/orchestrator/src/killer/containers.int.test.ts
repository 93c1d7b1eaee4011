import { homedir } from 'node:os'
import { afterAll, describe, expect, it } from 'vitest'
import { candidates, TestSandbox } from '../../test/sandboxes.ts'
import { TlsEngine } from '../../test/tls-engine.ts'
import { type DockerEngine, dockerEngineOf } from '../sandbox/docker-engine.ts'
import { strikeContainers } from './containers.ts'

const docker = (await candidates()).find(({ provider }) => provider.kind === 'docker')
const usual = dockerEngineOf({ ...process.env, HOME: homedir() })
const byTls = docker?.works && 'socketPath' in usual ? await TlsEngine.start(usual.socketPath) : undefined
afterAll(() => byTls?.[Symbol.asyncDispose]())

const ways: [string, () => DockerEngine][] = [
  ['its socket', () => usual],
  ['TLS', () => dockerEngineOf({ ...byTls!.variables, HOME: '/' })],
]

describe.runIf(byTls).each(ways)('the killer ends containers by %s', (way, engineOf) => {
  const start = async () => {
    const [provider] = (await candidates({ docker: { engine: engineOf() } })).filter(({ works }) => works)
    return TestSandbox.start(provider!.provider)
  }

  it('of the sessions that are meant, also those that stand still, and no others', async () => {
    await using running = await start()
    await using paused = await start()
    await using bystander = await start()
    await paused.sandbox.freeze()
    expect((await running.run('echo alive')).stdout).toBe('alive\n')
    const meant = new Set([running.sessionId, paused.sessionId])
    expect(await strikeContainers(engineOf(), meant)).toEqual(meant)
    for (const { sandbox } of [running, paused]) {
      expect(await sandbox.awaitExit(10_000)).toEqual({ exited: true })
      expect(await sandbox.descendants()).toEqual([])
    }
    // The engine hears of an end later than who looks at the kernel.
    await expect.poll(() => strikeContainers(engineOf(), meant)).toEqual(new Set())
    expect((await bystander.run('echo alive')).stdout).toBe('alive\n')
  })

  it('took an engine that refuses it for one in which nothing runs', async () => {
    const stranger = { host: '127.0.0.1', port: byTls!.server.port }
    await expect(strikeContainers(stranger, new Set(['any']))).rejects.toThrow()
    expect(await strikeContainers({ socketPath: `/no/${way}` }, new Set(['any']))).toEqual(new Set())
  })
})
