import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identifyProcess, lastLines, onPath, spawnTied } from '@mosaic/runtime'
import { z } from 'zod'
import { ensurePassword, user } from './credentials.ts'
import { pingNats } from './ping-nats.ts'

export type NatsOptions = {
  /** Folder that is this server's alone: password, configuration, log and the JetStream store. Created when missing. */
  data: string
  /** What clients must know; one that is made at the first start and kept in DATA/password when not given. */
  password?: string
  /** Client port on 127.0.0.1; a free one when not given. */
  port?: number
  /** Where the server's output goes; `DATA/nats-server.log` when not given. */
  logFile?: string
  /** How long the server may take to be healthy, in milliseconds; reading a large store takes a while. */
  timeoutMs?: number
}

export type RunningNats = {
  /** `nats://mosaic:PASSWORD@127.0.0.1:PORT`. */
  url: string
  pid: number
  version: string
  /** Settles when the process has ended, whoever ended it, with its exit code or signal. */
  exited: Promise<string>
  /** Stops the server (SIGTERM: JetStream is flushed), and kills it if that takes over 8 s. */
  close(): Promise<void>
}

/** Thrown when nats-server is missing, does not start, or is not healthy in time; says why with the log's end. */
export class NatsStartError extends Error {
  override readonly name = 'NatsStartError'
}

/**
 * Starts a nats-server with JetStream on loopback, and waits until JetStream answers (streams recovered). There is no
 * monitoring port: it knows no credentials. The server dies with this process, even if that is killed. Needs
 * nats-server >= 2.9 on the PATH.
 */
export async function startNats(options: NatsOptions): Promise<RunningNats> {
  const program = onPath('nats-server')
  if (!program)
    throw new NatsStartError('nats-server is not on the PATH. On Debian or Ubuntu: apt-get install nats-server')
  mkdirSync(options.data, { recursive: true, mode: 0o700 })
  const { bavail, bsize } = statfsSync(options.data)
  // It would run, with JetStream off until it starts again.
  if (bavail * bsize < leastRoom) throw new NatsStartError(`the disk of ${options.data} is full`)
  removePortsFiles(options.data)
  const configFile = join(options.data, 'server.conf')
  const password = options.password ?? ensurePassword(options.data)
  writeFileSync(configFile, configuration(options, password), { mode: 0o600 })
  chmodSync(configFile, 0o600)
  const logFile = options.logFile ?? join(options.data, 'nats-server.log')
  const child = spawnTied(program, ['--config', configFile], { logFile, deathSignal: 'SIGTERM' })
  const { pid, exited } = child
  const close = () => child.stop('SIGTERM', 'SIGKILL', 8000)
  if (pid === undefined) throw new NatsStartError(`nats-server could not be run: ${await exited}`)
  try {
    const ready = untilHealthy({ ...options, password, pid })
    const ended = exited.then((how) => Promise.reject(new NatsStartError(`nats-server ended while starting: ${how}`)))
    const { url, version } = await Promise.race([ready, ended])
    return { url, pid, version, exited, close }
  } catch (error) {
    await close()
    throw new NatsStartError(`${(error as Error).message}\n${lastLines(logFile, 10).join('\n')}`, { cause: error })
  }
}

/** The server's configuration. `-1` lets the system choose a port; the ports file tells which. */
function configuration({ data, port }: NatsOptions, password: string): string {
  return [
    `listen: "127.0.0.1:${port ?? -1}"`,
    `authorization { user: ${JSON.stringify(user)}, password: ${JSON.stringify(password)} }`,
    `ports_file_dir: ${JSON.stringify(data)}`,
    // Events may carry whole messages of an agent; the default of 1 MB is the event store's own limit as well.
    'max_payload: 8388608',
    // Else it is three quarters of what is free at the start, which after a full disk is nothing.
    `jetstream { store_dir: ${JSON.stringify(data)}, max_file_store: 1TB }`,
    '',
  ].join('\n')
}

/** In bytes: as much as JetStream writes before it is ready. */
const leastRoom = 8 * 1024 * 1024

const Ports = z.object({ nats: z.array(z.string()).min(1) })

type Starting = NatsOptions & { password: string; pid: number }

async function untilHealthy(starting: Starting) {
  const { pid, timeoutMs = 30_000 } = starting
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline && identifyProcess(pid)) {
    const found = await lookForHealth(starting)
    if (found) return found
    await delay(20)
  }
  throw new NatsStartError(`nats-server was not healthy within ${timeoutMs / 1000} s`)
}

async function lookForHealth({ data, pid, password }: Starting) {
  try {
    const file = readFileSync(join(data, `nats-server_${pid}.ports`), 'utf8')
    const address = new URL(String(Ports.parse(JSON.parse(file)).nats[0]))
    const url = `nats://${user}:${password}@${address.host}`
    return { url, version: await pingNats(url) }
  } catch {
    // Not there yet, half written, or still recovering: asked again until the deadline.
    return undefined
  }
}

/** A server that was killed leaves its ports file behind; a later one with the same pid would be misread. */
function removePortsFiles(data: string): void {
  for (const file of readdirSync(data)) if (file.endsWith('.ports')) rmSync(join(data, file))
}
