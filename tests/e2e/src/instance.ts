import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gatewayRoutes, type VerifyAnswer, verifyAnswer } from '@mosaic/contracts/http'
import { pathsOf, readAddresses } from '@mosaic/local-tier'
import { z } from 'zod'

const root = join(import.meta.dirname, '../../..')

/** Longer than the gateway waits for any service: on a busy machine it is that which says why there is no answer. */
const requestMs = 60_000

const statusFile = z.object({
  components: z.record(z.string(), z.looseObject({ status: z.string(), pid: z.number().nullish() })),
})

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs `./mosaic` as a person would, and answers what it printed. Never throws for an exit code. */
export function mosaic(
  args: readonly string[],
  options: { env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', ...options.env }
    const settings = { cwd: tmpdir(), env, timeout: options.timeoutMs ?? 120_000, maxBuffer: 64 * 1024 * 1024 }
    execFile(join(root, 'mosaic'), [...args], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, stdout, stderr })
    })
  })
}

/** Thrown by `request` for an answer that is not a success. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly status: number

  constructor(request: string, status: number, body: string) {
    super(`${request}: ${status} ${body}`)
    this.status = status
  }
}

export type Instance = Awaited<ReturnType<typeof startInstance>>

/** An instance in a data folder of its own, started by `./mosaic up --detach`, with its address and connection strings. */
export async function startInstance(options: { demo: boolean; speed?: number; env?: Record<string, string> }) {
  const folder = mkdtempSync(join(process.env['MOSAIC_E2E_FOLDER'] ?? tmpdir(), 'mosaic-e2e-'))
  const data = join(folder, 'data')
  const here = ['--data', data]
  const close = async () => {
    const down = await mosaic(['down', ...here])
    rmSync(folder, { recursive: true, force: true })
    if (down.code !== 0) throw new Error(`mosaic down exited with ${down.code}\n${down.stderr}`)
  }
  const speed = options.speed === undefined ? {} : { MOSAIC_SCRIPTED_SPEED: String(options.speed) }
  const env = { ...speed, ...options.env }
  const args = ['up', '--detach', '--data', data, '--port', '0', ...(options.demo ? [] : ['--no-demo'])]
  const up = await mosaic(args, { env, timeoutMs: 300_000 })
  const link = up.stdout.match(/Console: (http:\S+#token=\S+)/)?.[1]
  if (up.code !== 0 || !link) {
    await close().catch(() => {})
    throw new Error(`mosaic up exited with ${up.code} and printed no address\n${up.stdout}\n${up.stderr}`)
  }
  const status = async () => {
    const ran = await mosaic(['status', '--json', ...here])
    return statusFile.parse(JSON.parse(ran.stdout)).components
  }
  const run = readAddresses(pathsOf(data))!
  /** One request to the gateway with the CLI's API token, without a process for it. Throws for what is refused. */
  async function request(method: 'GET' | 'POST', path: string, body?: object, key?: string): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${readFileSync(join(data, 'token'), 'utf8').trim()}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    }
    const init = {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestMs),
    }
    const response = await fetch(new URL(path, run.gateway), init)
    if (!response.ok) throw new RefusedError(`${method} ${path}`, response.status, await response.text())
    return response.json()
  }
  /** Each reads all of the log: on a busy machine the event store has to be asked again. */
  async function verifyOne(path: string): Promise<unknown> {
    for (let left = 10; ; left--) {
      try {
        return await request('POST', path)
      } catch (error) {
        if (!(error instanceof RefusedError) || error.status !== 503 || left === 0) throw error
        await wait(2000)
      }
    }
  }
  return {
    /** A folder of this instance's that goes away with it; `data` is in it. */
    folder,
    data,
    link,
    run,
    mosaic: (...command: readonly string[]) => mosaic([...command, ...here]),
    /** The parsed answer of a command run with `--json`; throws when it fails. */
    async json(...command: readonly string[]): Promise<unknown> {
      const ran = await mosaic([...command, '--json', ...here])
      if (ran.code !== 0)
        throw new Error(`mosaic ${command.join(' ')} exited with ${ran.code}\n${ran.stdout}\n${ran.stderr}`)
      return JSON.parse(ran.stdout)
    },
    status,
    request,
    /** Every read model that there is, compared with one rebuilt from the log. */
    async verifyAll(): Promise<VerifyAnswer[]> {
      const { items } = gatewayRoutes.projections.answer.parse(await request('GET', '/api/projections'))
      const verified: VerifyAnswer[] = []
      // One after the other: side by side they would only wait for each other, past the time that each has.
      for (const { name } of items)
        verified.push(verifyAnswer.parse(await verifyOne(`/api/projections/${name}/verify`)))
      return verified
    },
    /** SIGKILL for a component's process, as `mosaic status` names it. Answers the pid that it had. */
    async kill(component: string): Promise<number> {
      const pid = (await status())[component]?.pid
      if (!pid) throw new Error(`${component} has no process`)
      process.kill(pid, 'SIGKILL')
      return pid
    },
    close,
  }
}
