import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

export type WorkerSettings = {
  /** The folder of the clone that it runs from. */
  readonly root: string
  readonly dataDir: string
  /** What the instance said that a worker needs, and what this one is. */
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * Runs an orchestrator of its own for an instance elsewhere, until the signal is aborted or it ends by itself; answers its
 * exit code. Model credentials are those of this machine's environment.
 */
export async function runWorker({ root, dataDir, environment, signal }: WorkerSettings): Promise<number> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const own = Object.entries(process.env).filter(([name]) => !/^MOSAIC_(\w+_URL|JOIN_TOKEN)$/.test(name))
  const child = spawn(process.execPath, [join(root, 'services/orchestrator/src/main.ts')], {
    cwd: root,
    env: { ...Object.fromEntries(own), ...environment, MOSAIC_DATA_DIR: dataDir, NODE_ENV: 'production' },
    stdio: 'inherit',
    // Ctrl-C reaches us alone, and we end it in order.
    detached: true,
  })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  const [code] = (await once(child, 'exit')) as [number | null]
  signal.removeEventListener('abort', stop)
  return code ?? 1
}
