import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Strike } from '@mosaic/contracts/fleet'
import { killerRoutes } from '@mosaic/contracts/http'
import { eventually, serviceToken } from '@mosaic/kit'
import { createLogger } from '@mosaic/runtime'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sessionVariable } from '../sandbox/command-environment.ts'
import { KillLedger } from './kill-ledger.ts'
import { Killer } from './killer.ts'
import { LiveSessions } from './live-sessions.ts'
import type { Settings } from './main.ts'
import { addressFile, aliveFolder } from './places.ts'

let root: string
const closers: (() => void)[] = []
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'mosaic-killer-'))))
afterEach(() => {
  for (const close of closers.splice(0)) close()
  rmSync(root, { recursive: true, force: true })
})

const addressIn = (folder: string) => {
  const file = addressFile(folder)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { url: string; pid: number }) : undefined
}

const fewFiles = 48

/** Of a killer without an engine, where NATS is away. */
const door = {
  host: '127.0.0.1',
  port: 0,
  serviceToken,
  engine: { socketPath: '/nowhere' },
  natsUrl: 'nats://127.0.0.1:9',
}

/** A killer that may have so few files open that its callers can use them up. */
async function poorKiller() {
  const folder = join(root, 'own')
  const alive = new LiveSessions(aliveFolder(folder))
  const program = fileURLToPath(new URL('./main.ts', import.meta.url))
  const command = `ulimit -n ${fewFiles}; exec "$0" "$1"`
  const killer = spawn('sh', ['-c', command, process.execPath, program], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  closers.push(() => killer.kill('SIGKILL'))
  const killsFolder = join(root, 'kills')
  mkdirSync(killsFolder)
  killer.send({ killsFolder, folder, ...door } satisfies Settings)
  const { url } = await eventually('the killer listens', () => addressIn(folder))
  return { killer, url: new URL(url), alive, ledger: new KillLedger(killsFolder) }
}

/** Over one connection, that is there before it is needed. */
function caller(url: URL) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  closers.push(() => agent.destroy())
  return (path: string, body = '') =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${serviceToken}`, 'content-type': 'application/json' }
      const asked = request(new URL(path, url), { agent, method: 'POST', headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode, body: text }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
}

/** Connections until the other side takes no more. */
async function useUpFiles({ port, hostname }: URL, killer: ChildProcess): Promise<Socket[]> {
  const sockets: Socket[] = []
  const isUsedUp = () => sockets.some((socket) => socket.destroyed)
  while (!isUsedUp() && killer.exitCode === null) {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => socket.destroy())
    closers.push(() => socket.destroy())
    sockets.push(socket)
    await new Promise((resolve) => void socket.once('connect', resolve).once('close', resolve))
    await new Promise(setImmediate)
  }
  return sockets
}

test('a killer that had no file left to open ended in the middle of a kill, and the kill was not carried out', async () => {
  const { killer, url, alive, ledger } = await poorKiller()
  const sessionId = randomUUID()
  const victim = spawn('sleep', ['3600'], { env: { PATH: process.env['PATH'], [sessionVariable]: sessionId } })
  closers.push(() => victim.kill('SIGKILL'))
  const ended = new Promise<NodeJS.Signals | null>((resolve) => victim.on('exit', (_, signal) => resolve(signal)))
  alive.add({
    sessionId,
    workspaceId: 'default',
    missionId: randomUUID(),
    runtime: 'internal',
    modelProvider: null,
    workerId: null,
    ancestors: [],
    sandboxIds: [sessionId],
  })
  const call = caller(url)
  expect((await call('/nothing')).status).toBe(404)
  const sockets = await useUpFiles(url, killer)

  const asked: Strike = {
    commandId: randomUUID(),
    workspaceId: 'default',
    actor: { kind: 'operator', id: 'ada', name: 'Ada' },
    reason: 'fire',
    requestedAt: new Date().toISOString(),
    target: { kind: 'session', sessionId, tree: false },
  }
  const strike = () => call(killerRoutes.strike.path, JSON.stringify(asked))
  expect(await strike()).toMatchObject({ status: 503, body: expect.stringContaining('ORCHESTRATOR_UNAVAILABLE') })
  for (const socket of sockets) socket.destroy()
  expect(await strike()).toMatchObject({ status: 200, body: expect.stringContaining('"unconfirmed":[]') })
  expect([await ended, killer.exitCode, ledger.isOpen(sessionId)]).toEqual(['SIGKILL', null, true])
})

test('a killer that could not be started was never started again', async () => {
  const { execPath } = process
  closers.push(() => void (process.execPath = execPath))
  const complaints: string[] = []
  const logger = createLogger({ name: 'test', level: 'silent' })
  const heard = Object.assign(Object.create(logger) as typeof logger, {
    error: (_: object, said: string) => void complaints.push(said),
  })
  const killersFolder = join(root, 'killers')
  const places = { killersFolder, killsFolder: join(root, 'kills'), ownerId: 'me', compileCache: undefined }
  const killer = new Killer({ ...places, ...door, logger: heard })
  closers.push(() => killer.stop())
  process.execPath = join(root, 'no-such-program')
  killer.start(() => undefined)
  await eventually('it is said', () => complaints.length > 0)
  process.execPath = execPath
  await eventually('it is there', () => addressIn(join(killersFolder, 'me')))
})
