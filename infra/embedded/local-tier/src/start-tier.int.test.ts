import { type ChildProcessByStdio, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { isAlive, type ProcessIdentity } from '@mosaic/runtime'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type StandIns, startStandInTier } from '../test/stand-in-tier.ts'
import { type ComponentName, componentNames } from './component.ts'
import { processesOf, signal } from './leftovers.ts'
import { TierStartError } from './order.ts'
import { pathsOf } from './paths.ts'
import { resetTier } from './reset-tier.ts'
import { AlreadyRunningError, type RunningTier, type TierOptions } from './start-tier.ts'
import { readState, type State } from './state.ts'
import { stopTier } from './stop-tier.ts'
import { tierStatus } from './tier-status.ts'

// Every test starts eight processes, some of them twice.
vi.setConfig({ testTimeout: 180_000 })

let dataDir: string
const running: RunningTier[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mosaic-tier-'))
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((tier) => tier.stop()))
  await stopTier(dataDir)
  rmSync(dataDir, { recursive: true, force: true })
})

async function start(standIns: StandIns = {}, options: Partial<TierOptions> = {}): Promise<RunningTier> {
  const tier = await startStandInTier(options.dataDir ?? dataDir, standIns, options)
  running.push(tier)
  return tier
}

function state(): State {
  const read = readState(pathsOf(dataDir))
  if (!read) throw new Error('no state')
  return read
}

function processOf(name: ComponentName): ProcessIdentity {
  const found = state().components[name]?.process
  if (!found) throw new Error(`${name} does not run`)
  return found
}

/** A supervisor that could not start says so on stderr, and is not waited for. */
const isReady = (supervisor: ChildProcessByStdio<null, Readable, null>) =>
  new Promise<void>((resolve, reject) => {
    supervisor.stdout.once('data', () => resolve())
    supervisor.once('exit', (code) => reject(new Error(`the supervisor ended with ${code}`)))
  })

const components = () => processesOf(state()).filter(({ pid }) => pid !== process.pid)

describe('a tier of stand-ins', () => {
  test('starts in order, answers for every component, and stops in the reverse order', async () => {
    const healthy: ComponentName[] = []
    const stopped: ComponentName[] = []
    const tier = await start(
      {},
      {
        onChange(name, { status }) {
          if (status === 'running') healthy.push(name)
          if (status === 'stopped') stopped.push(name)
        },
      },
    )
    const status = await tierStatus(dataDir)
    expect(status.running).toBe(true)
    expect(Object.keys(status.components)).toEqual(componentNames)
    expect(status.components.relay).toEqual({
      status: 'healthy',
      pid: processOf('relay').pid,
      version: '9.9.9',
      lag: 0,
    })
    expect(Object.values(status.components).every((component) => component.status === 'healthy')).toBe(true)
    expect(healthy.indexOf('relay')).toBeGreaterThan(healthy.indexOf('eventstore'))
    expect(healthy.at(-1)).toBe('gateway')
    const paths = pathsOf(dataDir)
    expect(JSON.parse(readFileSync(paths.run, 'utf8'))).toEqual(tier.addresses)
    for (const file of [paths.run, paths.token, paths.state]) expect(statSync(file).mode & 0o777).toBe(0o600)

    const processes = components()
    expect(processes).toHaveLength(componentNames.length)
    await tier.stop()
    expect(processes.filter(isAlive)).toEqual([])
    expect(stopped[0]).toBe('gateway')
    expect(existsSync(paths.run)).toBe(false)
    expect((await tierStatus(dataDir)).components.nats).toEqual({ status: 'stopped', pid: null, version: null })
  })

  test.each(['relay', 'nats', 'postgres'] as const)('kill -9 of %s: it is started again on its port', async (name) => {
    await start()
    const killed = processOf(name)
    signal(killed.pid, 'SIGKILL')
    await vi.waitFor(
      async () => {
        const component = state().components[name]!
        expect([component.status, component.restarts > 0]).toEqual(['running', true])
        expect((await tierStatus(dataDir)).components[name].status).toBe('healthy')
      },
      { timeout: 30_000, interval: 100 },
    )
    expect(processOf(name)).not.toEqual(killed)
  })

  test('kill -9 of the supervisor leaves no process, and the next start cleans up after it', async () => {
    const program = fileURLToPath(new URL('../test/stand-in-supervisor.ts', import.meta.url))
    const supervisor = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    await isReady(supervisor)
    const processes = components()
    expect(processes).toHaveLength(componentNames.length + 1)
    supervisor.kill('SIGKILL')
    await expect.poll(() => processes.filter(isAlive)).toEqual([])
    expect((await tierStatus(dataDir)).running).toBe(false)

    await start()
    expect((await tierStatus(dataDir)).components.gateway.status).toBe('healthy')
  })

  test('a stopped component cannot outlive a killed supervisor: down ends it', async () => {
    const program = fileURLToPath(new URL('../test/stand-in-supervisor.ts', import.meta.url))
    const supervisor = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    await isReady(supervisor)
    const stuck = processOf('relay')
    signal(stuck.pid, 'SIGSTOP')
    supervisor.kill('SIGKILL')
    expect(await stopTier(dataDir)).toBe(true)
    expect(isAlive(stuck)).toBe(false)
    expect(await stopTier(dataDir)).toBe(false)
  })

  test('down stops an instance that another process runs, and waits until it is gone', async () => {
    const program = fileURLToPath(new URL('../test/stand-in-supervisor.ts', import.meta.url))
    const supervisor = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    await isReady(supervisor)
    const processes = components()
    expect(await stopTier(dataDir)).toBe(true)
    expect(processes.filter(isAlive)).toEqual([])
    expect(state().status).toBe('stopped')
  })

  test('two instances side by side', async () => {
    const second = mkdtempSync(join(tmpdir(), 'mosaic-tier-'))
    const tiers = await Promise.all([start(), start({}, { dataDir: second })])
    const addresses = tiers.flatMap((tier) => Object.values(tier.addresses))
    expect(new Set(addresses).size).toBe(addresses.length)
    await Promise.all(running.splice(0).map((tier) => tier.stop()))
    rmSync(second, { recursive: true, force: true })
  })

  test('a port that somebody else has is no start at another one, and nothing is left', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    await expect(start({}, { gatewayPort: port })).rejects.toThrow(`port ${port} is taken`)
    await new Promise((resolve) => other.close(resolve))
    const tier = await start({}, { gatewayPort: port })
    expect(tier.addresses.gateway).toContain(`:${port}`)
    await tier.stop()
  })

  test('a second start in the same data folder is refused, and so is a reset, while it runs', async () => {
    const tier = await start()
    await expect(startStandInTier(dataDir)).rejects.toThrow(AlreadyRunningError)
    await expect(resetTier(dataDir)).rejects.toThrow(AlreadyRunningError)
    await tier.stop()
    // A folder that nobody may enter, as agents make them, and something that is not ours.
    mkdirSync(join(dataDir, 'git', 'worktrees', 'closed'), { recursive: true })
    writeFileSync(join(dataDir, 'git', 'worktrees', 'closed', 'file'), '')
    chmodSync(join(dataDir, 'git', 'worktrees', 'closed'), 0)
    writeFileSync(join(dataDir, 'mine.txt'), '')
    expect(await resetTier(dataDir)).toEqual(expect.arrayContaining(['git', 'nats', 'postgres', 'state.json', 'token']))
    expect(await resetTier(dataDir)).toEqual([])
    expect(readdirSync(dataDir)).toEqual(['mine.txt'])
  })

  test.each([
    ['refuse', /relay ended while starting \(exit code 1\)[^]*there is no engine to talk to/],
    ['misconfigured', /relay ended while starting \(exit code 2\)/],
    ['sick', /relay was not healthy within 2 s \(the engine is away\)/],
  ] as const)(
    'a component that cannot start (%s) fails the start with its log, and nothing is left',
    async (kind, said) => {
      const failed = start({ relay: kind })
      await expect(failed).rejects.toThrow(said)
      await expect(failed).rejects.toThrow(TierStartError)
      expect(components()).toEqual([])
      expect(state().status).toBe('stopped')
    },
  )

  test('a start that is given up half-way leaves nothing', async () => {
    const giveUp = new AbortController()
    const given = startStandInTier(
      dataDir,
      { relay: 'sick' },
      {
        onChange: (name, { status }) => name === 'relay' && status === 'starting' && giveUp.abort(new Error('enough')),
      },
      giveUp.signal,
    )
    await expect(given).rejects.toThrow('enough')
    expect(components()).toEqual([])
  })
})
