import type { Logger } from '@mosaic/runtime'
import { buildConsole } from './build-console.ts'
import type { ComponentName } from './component.ts'
import { TierStartError } from './order.ts'
import { AlreadyRunningError, type RunningTier, startTier } from './start-tier.ts'
import type { ComponentChange } from './supervise.ts'
import type { SupervisorMessage } from './supervisor-messages.ts'

export type SupervisorOptions = {
  dataDir: string
  root: string
  host: string
  gatewayPort?: number
  logger: Logger
  tell(message: SupervisorMessage): void
  /** Settles when whoever waits for the start is gone. It no longer matters once everything is healthy. */
  starterGone?: Promise<string>
}

/** How long one component may take to be healthy. Recovery of a large store after a crash takes a while. */
const startLimitMs = 90_000

/**
 * Runs the local tier as this process until SIGTERM, SIGINT or SIGHUP: starts it, says how that goes, keeps it
 * running and stops it in order. Gives the exit code: 0 when it was stopped, 1 when it could not be started.
 */
export async function runSupervisor(options: SupervisorOptions): Promise<number> {
  const { logger, tell } = options
  const giveUp = new AbortController()
  const stopRequested = stopSignal()
  const early = Promise.race([stopRequested, options.starterGone ?? new Promise<never>(() => {})])
  void early.then((reason) => giveUp.abort(new StartGivenUp(reason)))
  let tier: RunningTier
  try {
    const onChange = reporter(tell, logger)
    const pages = buildPages(options)
    tier = await startTier({ ...options, startLimitMs, pages, env: process.env, onChange }, giveUp.signal)
  } catch (error) {
    return explain(error, options)
  }
  logger.info('everything is healthy')
  tell({ type: 'ready' })
  logger.info({ reason: await stopRequested }, 'stopping')
  await tier.stop()
  logger.info('stopped')
  return 0
}

/**
 * Brings the console's pages up to date, beside the start of the engines. A console that cannot be built keeps nobody
 * from running agents: the gateway then serves the pages of last time, or says that there are none.
 */
async function buildPages({ root, tell, logger }: SupervisorOptions): Promise<void> {
  try {
    const worked = await buildConsole(root, () => tell({ type: 'pages', status: 'building' }))
    tell({ type: 'pages', status: worked ? 'built' : 'current' })
  } catch (error) {
    logger.error({ err: error }, 'the console could not be built')
    tell({ type: 'pages', status: 'failed', reason: (error as Error).message })
  }
}

/** Thrown into a start that is no longer wanted. */
class StartGivenUp extends Error {
  override readonly name = 'StartGivenUp'
}

function explain(error: unknown, { logger, tell }: SupervisorOptions): number {
  if (error instanceof StartGivenUp) {
    logger.info({ reason: error.message }, 'the start was given up')
    return 0
  }
  logger.error({ err: error }, 'could not start')
  if (error instanceof AlreadyRunningError) tell({ type: 'in-use' })
  else {
    const component = error instanceof TierStartError ? error.component : null
    tell({ type: 'failed', component, reason: error instanceof Error ? error.message : String(error) })
  }
  return 1
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    // `on`, not `once`: a second Ctrl-C must not cut off a stop that is under way.
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => resolve(name))
  })
}

function reporter(tell: SupervisorOptions['tell'], logger: Logger) {
  return (component: ComponentName, change: ComponentChange) => {
    if (change.status === 'starting') tell({ type: 'starting', component })
    else if (change.status === 'restarting') tell({ type: 'retrying', component, reason: change.reason })
    else if (change.status === 'running') {
      const { restarts, tookMs, running } = change
      logger.info({ component, pid: running.pid, restarts, tookMs: Math.round(tookMs) }, 'healthy')
      tell({ type: 'healthy', component, tookMs })
    }
  }
}
