import { request as plainly } from 'node:http'
import { request as byTls } from 'node:https'
import type { DockerEngine } from '../sandbox/docker-engine.ts'
import { sessionLabel } from '../sandbox/docker-label.ts'

type Listed = { readonly Id: string; readonly Labels: Readonly<Record<string, string>> }

/**
 * SIGKILL to the running containers of these sessions; answers whose they were. Nobody is the proof that none runs.
 * Without an engine there are none. @throws when there is one, and it does not answer
 */
export async function strikeContainers(
  engine: DockerEngine,
  sessionIds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const filters = encodeURIComponent(JSON.stringify({ label: [sessionLabel], status: ['running', 'paused'] }))
  const answer = await ask(engine, 'GET', `/containers/json?filters=${filters}`)
  if (answer === undefined) return new Set()
  if (answer.status !== 200) throw new Error(`the engine does not say what runs: ${answer.status}`)
  const listed = JSON.parse(answer.body) as readonly Listed[]
  const hit = listed.filter(({ Labels }) => sessionIds.has(Labels[sessionLabel] ?? ''))
  // Who answers only when the container is over is not waited for: the next look tells.
  for (const { Id } of hit) ask(engine, 'POST', `/containers/${Id}/kill?signal=SIGKILL`).catch(() => undefined)
  return new Set(hit.map(({ Labels }) => Labels[sessionLabel]!))
}

const answerWithinMs = 3_000

const noEngine: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES'])

type Answer = { readonly status: number | undefined; readonly body: string }

/** What the engine (API 1.24 and later) answers; nothing where there is none. */
function ask(engine: DockerEngine, method: 'GET' | 'POST', path: string): Promise<Answer | undefined> {
  const tls = 'tls' in engine ? engine.tls : undefined
  const options = { ...engine, ...tls, method, path, timeout: answerWithinMs }
  return new Promise((resolve, reject) => {
    const asked = (tls ? byTls : plainly)(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString('utf8') }))
    })
    asked.on('timeout', () => asked.destroy(new Error('the engine does not answer')))
    asked.on('error', (error: NodeJS.ErrnoException) => (noEngine.has(error.code) ? resolve(undefined) : reject(error)))
    asked.end()
  })
}
