import { spawn } from 'node:child_process'
import { once } from 'node:events'

export class FailedError extends Error {
  override readonly name = 'FailedError'
  readonly code: number | null
  readonly stderr: string

  constructor(program: string, code: number | null, stderr: string) {
    super(`${program} ended with ${code}: ${stderr.trim().slice(-2000)}`)
    this.code = code
    this.stderr = stderr
  }
}

type How = { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal }

/** Runs a program; aborted, it ends with all that it has started. @throws FailedError for any exit code but 0 */
export async function runGroup([program = '', ...args]: readonly string[], { env, signal }: How): Promise<void> {
  signal.throwIfAborted()
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-20_000)))
  const end = () => void (child.pid !== undefined && process.kill(-child.pid, 'SIGTERM'))
  signal.addEventListener('abort', end)
  const [code] = (await once(child, 'close').finally(() => signal.removeEventListener('abort', end))) as [number | null]
  signal.throwIfAborted()
  if (code !== 0) throw new FailedError(program, code, stderr)
}
