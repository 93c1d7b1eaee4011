import { request } from 'node:http'
import { sessionLabel } from '../sandbox/docker-label.ts'

/** A Docker Engine, as its API is reached (Docker Engine API 1.24 and later). */
export type Engine = { readonly socketPath: string } | { readonly host: string; readonly port: number }

/** As in DOCKER_HOST; the usual socket where nothing is said. */
export function engineOf(dockerHost: string | undefined): Engine {
  if (!dockerHost) return { socketPath: '/var/run/docker.sock' }
  const url = new URL(dockerHost)
  return url.protocol === 'unix:'
    ? { socketPath: url.pathname }
    : { host: url.hostname, port: Number(url.port || 2375) }
}

type Listed = { readonly Id: string; readonly Labels: Readonly<Record<string, string>> }

/**
 * SIGKILL to the running containers of these sessions; answers whose they were. Nobody is the proof that none runs.
 * Without an engine there are none. @throws when there is one, and it does not answer
 */
export async function strikeContainers(engine: Engine, sessionIds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const filters = encodeURIComponent(JSON.stringify({ label: [sessionLabel], status: ['running', 'paused'] }))
  const answer = await ask(engine, 'GET', `/containers/json?filters=${filters}`)
  if (answer === undefined) return new Set()
  const listed = JSON.parse(answer) as readonly Listed[]
  const hit = listed.filter(({ Labels }) => sessionIds.has(Labels[sessionLabel] ?? ''))
  await Promise.all(hit.map(({ Id }) => ask(engine, 'POST', `/containers/${Id}/kill?signal=SIGKILL`)))
  return new Set(hit.map(({ Labels }) => Labels[sessionLabel]!))
}

const answerWithinMs = 3_000

const noEngine: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES'])

/** What the engine answers; nothing where there is none, or it refuses: what has ended in between, for instance. */
function ask(engine: Engine, method: 'GET' | 'POST', path: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...engine, method, path, timeout: answerWithinMs }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const isOk = response.statusCode !== undefined && response.statusCode < 300
        resolve(isOk ? Buffer.concat(chunks).toString('utf8') : undefined)
      })
    })
    asked.on('timeout', () => asked.destroy(new Error('the engine does not answer')))
    asked.on('error', (error: NodeJS.ErrnoException) => (noEngine.has(error.code) ? resolve(undefined) : reject(error)))
    asked.end()
  })
}
