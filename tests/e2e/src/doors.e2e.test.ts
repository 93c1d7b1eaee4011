import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pathsOf, readState } from '@mosaic/local-tier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Instance, startInstance } from './instance.ts'
import { readSessionStream, subscribeToEverything } from './outside-readers.ts'
import { processesOf } from './processes.ts'

let instance: Instance
beforeAll(async () => {
  instance = await startInstance({ demo: false })
})
afterAll(() => instance?.close())

const portOf = (component: string) =>
  Object.entries(readState(pathsOf(instance.data))!.ports).find(([name]) => name === component)![1]
const secrets = () => Object.values(instance.run).flatMap((url) => new URL(url).password || [])

/** What a program of another user of this machine prints; only root can become one. */
async function asNobody(program: string, ...args: string[]): Promise<string> {
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups', '--']
  const { stdout } = await promisify(execFile)('setpriv', [...user, program, ...args], { cwd: '/' }).catch(
    (failed: { stdout?: string }) => ({ stdout: failed.stdout ?? '' }),
  )
  return stdout
}

describe.runIf(process.getuid?.() === 0)('another user of the machine', () => {
  it.each(['coordinator', 'orchestrator', 'projector', 'relay', 'scripted-model'])(
    'is refused by the %s, at its health too',
    async (service) => {
      const address = `http://127.0.0.1:${portOf(service)}`
      for (const path of ['/health', '/agents/tree', '/v1/models'])
        expect(await asNobody('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', address + path)).toBe('401')
    },
  )

  it('learns from the gateway that it lives, and no more', async () => {
    expect(Object.keys(JSON.parse(await asNobody('curl', '-s', `${instance.run.gateway}/health`)))).toEqual([
      'status',
      'uptime',
      'timestamp',
      'version',
    ])
  })

  it('reads nothing in the data folder', async () => {
    for (const name of readdirSync(instance.data)) expect(await asNobody('cat', join(instance.data, name))).toBe('')
  })

  it('is told nothing by nats-server and the event store without their credentials', async () => {
    const bare = (url: string) => url.replace(/\/\/[^@]*@/, '//')
    await expect(subscribeToEverything(bare(instance.run.nats))).rejects.toThrow(/authorization/i)
    await expect(readSessionStream(bare(instance.run.eventstore), 'any')).rejects.toThrow(/denied|authenticated/i)
  })
})

it("passwords stand in no process's arguments, no log, and not in the status", async () => {
  const shown = processesOf(instance.data).map(({ command }) => command)
  const logs = readdirSync(join(instance.data, 'logs')).map((name) =>
    readFileSync(join(instance.data, 'logs', name), 'utf8'),
  )
  const status = JSON.stringify(await instance.json('status'))
  expect(secrets()).toHaveLength(3)
  for (const secret of secrets())
    expect([...shown, ...logs, status].filter((text) => text.includes(secret))).toEqual([])
})

it("the data folder is its owner's alone", () => {
  const names = ['', ...readdirSync(instance.data)]
  expect(names.filter((name) => (statSync(join(instance.data, name)).mode & 0o077) !== 0)).toEqual([])
})

it('who asks on purpose is given connection strings that work', async () => {
  expect(await instance.json('connections')).toEqual(instance.run)
  const { close } = await subscribeToEverything(instance.run.nats)
  await close()
})
