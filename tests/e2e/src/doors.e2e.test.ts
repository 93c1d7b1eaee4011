import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pathsOf, readState } from '@mosaic/local-tier'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Instance, mosaic, startInstance } from './instance.ts'
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

function commandLineOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has ended.
    return undefined
  }
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

it("a worker's token, its credential and the instance's passwords stand in no arguments while it is there", async () => {
  const { workerId, token } = (await instance.json('worker', 'add', 'gpu-1')) as { workerId: string; token: string }
  const folder = join(instance.folder, 'worker')
  const args = ['worker', 'join', instance.run.gateway, '--data', folder, '--token', '-']
  const joining = spawn(join(import.meta.dirname, '../../../mosaic'), args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(joining, 'exit')
  joining.stdin.end(token)
  const isAlive = async () =>
    ((await instance.json('worker', 'list')) as { workerId: string; isAlive: boolean }[]).some(
      (worker) => worker.workerId === workerId && worker.isAlive,
    )
  await eventually('the worker is there', isAlive, 60_000)
  const kept = join(folder, 'worker', 'worker-credential')
  expect(statSync(kept).mode & 0o077).toBe(0)
  const { credential } = JSON.parse(readFileSync(kept, 'utf8')) as { credential: string }
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const shown = all.flatMap((pid) => commandLineOf(pid) ?? [])
  expect(shown.some((command) => command.includes('worker\0join'))).toBe(true)
  const service = readFileSync(join(instance.data, 'service-token'), 'utf8').trim()
  for (const secret of [token, credential, service, ...secrets()])
    expect(shown.filter((command) => command.includes(secret.split('.').at(-1)!))).toEqual([])
  // Who runs it is told neither what services of the instance show each other, nor the token from then on.
  const told = processesOf(folder).map(({ pid }) => readFileSync(`/proc/${pid}/environ`, 'utf8'))
  expect(told.filter((environment) => environment.includes(service) || environment.includes(token))).toEqual([])

  const literal = await instance.mosaic('worker', 'join', instance.run.gateway, '--token', token)
  expect(literal.code).not.toBe(0)
  expect(literal.stderr).toContain('not taken as an argument')
  const other = join(instance.folder, 'other')
  const again = await mosaic(['worker', 'join', instance.run.gateway, '--data', other], {
    env: { MOSAIC_JOIN_TOKEN: token },
  })
  expect(again.code).not.toBe(0)
  expect(again.stderr).toContain(`mosaic worker token ${workerId}`)
  joining.kill('SIGTERM')
  await exited
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
