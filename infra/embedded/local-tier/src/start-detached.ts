import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createFolders, pathsOf } from './paths.ts'
import { signal } from './leftovers.ts'
import { type StartProgress, SupervisorMessage } from './supervisor-messages.ts'

export type DetachedOptions = {
  dataDir: string
  root: string
  gatewayPort?: number
  env: NodeJS.ProcessEnv
  onProgress(progress: StartProgress): void
}

/** How the start of a supervisor in the background ended. */
export type StartOutcome = Extract<SupervisorMessage, { type: 'ready' | 'in-use' | 'failed' }>

/**
 * Starts the supervisor in the background, in a session of its own, and settles when everything is healthy or the
 * start failed. `abort` stops a start that is under way and settles when nothing of it is left.
 */
export function startDetached(options: DetachedOptions): { outcome: Promise<StartOutcome>; abort(): void } {
  const paths = pathsOf(options.dataDir)
  createFolders(paths)
  const output = openSync(paths.log('supervisor'), 'a')
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    cwd: options.root,
    env: {
      ...options.env,
      MOSAIC_DATA_DIR: options.dataDir,
      MOSAIC_ROOT: options.root,
      MOSAIC_GATEWAY_PORT: options.gatewayPort === undefined ? undefined : String(options.gatewayPort),
    },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  })
  closeSync(output)
  const outcome = new Promise<StartOutcome>((resolve) => {
    const failed = (reason: string): StartOutcome => ({ type: 'failed', component: null, reason })
    // A failure is told before everything that had started is stopped, and counts once that is done.
    let told: StartOutcome | undefined
    child.once('error', (error) => resolve(failed(error.message)))
    child.once('exit', (code, name) => resolve(told ?? failed(`the supervisor ended (${name ?? `exit code ${code}`})`)))
    child.on('message', (received) => {
      const message = SupervisorMessage.parse(received)
      if (message.type === 'failed') told = message
      else if (message.type === 'ready' || message.type === 'in-use') resolve(message)
      else options.onProgress(message)
    })
  })
  void outcome.then(() => {
    if (child.connected) child.disconnect()
    child.unref()
  })
  return { outcome, abort: () => child.pid !== undefined && signal(child.pid, 'SIGTERM') }
}
