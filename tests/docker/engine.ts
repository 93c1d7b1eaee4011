import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { releaseFolder } from './release-folder.ts'
import { NoEngineError } from './programs.ts'

const beginWithinMs = 120_000
const endWithinMs = 30_000

export type PrivateEngine = {
  /** As in DOCKER_HOST. */
  readonly host: string
  stop(): Promise<void>
}

/**
 * A Docker Engine of its own: its socket, its data (in `folder`, on a disk, for overlay2) and no network but what containers
 * have anyway. Nobody else on the machine meets it, and it ends with this process, however that ends.
 * @throws NoEngineError where it does not begin
 */
export async function startEngine(folder: string, env: NodeJS.ProcessEnv): Promise<PrivateEngine> {
  mkdirSync(folder, { recursive: true })
  sweep(folder)
  const { data, place } = placesOf(folder, process.pid)
  mkdirSync(place, { mode: 0o700 })
  const socket = join(place, 'socket')
  const log = join(place, 'log')
  const ownPlaces = ['--data-root', data, '--exec-root', join(place, 'exec'), '--pidfile', join(place, 'pid')]
  const noNetwork = ['--bridge=none', '--iptables=false', '--ip6tables=false']
  const output = openSync(log, 'w')
  const engine = spawn(
    'setpriv',
    ['--pdeathsig', 'TERM', 'dockerd', '--host', `unix://${socket}`, ...ownPlaces, ...noNetwork],
    // Ctrl-C is for the tests first: what they run is ended while there is an engine to end it.
    { env, detached: true, stdio: ['ignore', output, output] },
  )
  closeSync(output)
  const stop = async () => {
    await end(engine, join(place, 'exec/containerd/containerd.pid'))
    for (const own of [data, place]) releaseFolder(own)
  }
  const failed = once(engine, 'error').then(([error]) => (error as Error).message)
  if (await begins(engine, socket)) return { host: `unix://${socket}`, stop }
  const reason = engine.pid === undefined ? await failed : lastWords(log)
  await stop()
  throw new NoEngineError(`the engine does not begin: ${reason}`)
}

/** What it keeps, and what it runs by: root's, and short, since a socket's path has an end. */
const placesOf = (folder: string, pid: number | string) => ({
  data: join(folder, `data-${pid}`),
  place: `/run/mosaic-engine-${pid}`,
})

async function begins(engine: ChildProcess, socket: string): Promise<boolean> {
  const until = performance.now() + beginWithinMs
  while (engine.pid !== undefined && !hasEnded(engine) && performance.now() < until) {
    if (await answers(socket)) return true
    await pause(100)
  }
  return false
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', timeout: 1000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
    asked.end()
  })

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

/** It takes its containers with it; where it does not get to that, what it keeps them by goes as well. */
async function end(engine: ChildProcess, containerdPid: string): Promise<void> {
  if (engine.pid === undefined || hasEnded(engine)) return
  const ended = once(engine, 'exit')
  engine.kill('SIGTERM')
  const isOver = await Promise.race([ended.then(() => true), pause(endWithinMs, false, { ref: false })])
  if (isOver) return
  const containerd = Number(orNothing(() => readFileSync(containerdPid, 'utf8')))
  engine.kill('SIGKILL')
  await ended
  if (containerd > 1) orNothing(() => process.kill(containerd, 'SIGKILL'))
}

/** What runs left that were cut off. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^data-(\d+)$/.exec(name)?.[1]
    if (pid === undefined) continue
    const command = orNothing(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? ''
    if (command.includes('with-docker')) continue
    for (const own of Object.values(placesOf(folder, pid))) releaseFolder(own)
  }
}

/** Of what an engine logs: `… level=fatal msg="failed to …"`. */
function lastWords(log: string): string {
  const said = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? ''
  return said.replace(/^.*msg=/, '').slice(0, 300) || 'it says nothing'
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
