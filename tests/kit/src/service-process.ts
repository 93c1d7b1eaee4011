import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'

export type ServiceProcess = {
  readonly url: string
  /** What it has printed, over all its starts. */
  output(): string
  signal(name: NodeJS.Signals): void
  /** Settles when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts it anew at the same address, after `stop`. */
  restart(): Promise<void>
}

/** What services that a test starts show each other. */
export const serviceToken = 'the-service-token-of-tests'

const root = join(import.meta.dirname, '../../..')
/** Nothing else of the environment: what a person has set there must not decide how tests end. */
const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] }

/**
 * A service (`services/relay`, or a program's file) as a process of its own, as the local tier runs it: it dies with this one. Answers once
 * it is healthy; throws with its output when it ends before that. Without a port it gets one that is free.
 */
export async function startService(
  folder: string,
  env: Readonly<Record<string, string>>,
  port?: number,
): Promise<ServiceProcess> {
  const program = folder.endsWith('.ts') ? folder : join(folder, 'src/main.ts')
  const listening = port ?? (await freePort())
  const url = `http://127.0.0.1:${listening}`
  let output = ''
  let child: ChildProcess
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const start = async () => {
    child = fork(join(root, program), {
      env: {
        ...inherited,
        MOSAIC_SERVICE_TOKEN: serviceToken,
        ...env,
        MOSAIC_PORT: String(listening),
        MOSAIC_SUPERVISED: '1',
      },
      silent: true,
    })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
    while (!(await isHealthy(url, env['MOSAIC_SERVICE_TOKEN'] ?? serviceToken))) {
      if (hasEnded()) throw new Error(`${folder} ended with ${child.exitCode ?? child.signalCode}: ${output}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  await start()
  return {
    url,
    output: () => output,
    signal: (name) => void child.kill(name),
    async stop(signal = 'SIGTERM') {
      if (hasEnded()) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
    restart: start,
  }
}

const isHealthy = (url: string, token: string): Promise<boolean> =>
  fetch(`${url}/health`, { headers: { authorization: `Bearer ${token}` } }).then(
    (response) => response.ok,
    () => false,
  )

/** A port that nobody listens on, below those that connections are given: none of them takes it before it is listened on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer().listen({ host: '127.0.0.1', port })
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
