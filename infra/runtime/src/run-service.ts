import { startTracing, stopTracing, watchProcess } from '@mosaic/telemetry'
import { z } from 'zod'
import { ConfigurationError, readConfig, variables } from './configuration.ts'
import { closeInheritedFiles } from './inherited-files.ts'
import { createLogger, type Logger } from './logger.ts'

/** What a started service gives back. */
export type RunningService = {
  /** Rejects when the service can not go on; the process then stops cleanly and ends with 1, for a supervisor to start anew. */
  readonly failed?: Promise<never>
  /** How to stop it. Must be safe to call once and settle within 10 s. */
  close(): Promise<void>
}

export type ServiceDefinition<Schema extends z.ZodType> = {
  name: string
  /** A zod object whose keys are environment variables. */
  config: Schema
  start(context: { config: z.output<Schema>; logger: Logger }): Promise<RunningService>
}

/** What every service reads besides its own. */
export const processVariables = z.object({
  MOSAIC_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  MOSAIC_SUPERVISED: variables.flag,
  /** Where spans are sent to; none are made without. What else the OTLP exporter knows it reads itself. */
  OTEL_EXPORTER_OTLP_ENDPOINT: variables.url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: variables.url.optional(),
  OTEL_SDK_DISABLED: variables.flag,
  /** How many of the traces that begin here are sent, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number<string>().min(0).max(1).default(1),
})

/** A stop that takes longer is cut off, so that a stuck connection cannot keep the process. */
const stopLimitMs = 10_000
/** Without a supervisor the engines are going away as well: nothing is gained by waiting for them. */
const abandonedLimitMs = 5000

/**
 * Runs one service as this process: reads its configuration, starts it, and stops it cleanly on SIGTERM or SIGINT
 * and, with MOSAIC_SUPERVISED=1, when the parent's IPC channel or stdin closes (the supervisor died; 5 s then).
 * Exit codes: 0 stopped, 1 failed (to start, to go on, to stop in 10 s, or an error nobody handled), 2 bad configuration.
 */
export async function runService<Schema extends z.ZodType>(definition: ServiceDefinition<Schema>): Promise<void> {
  closeInheritedFiles()
  let logger = createLogger({ name: definition.name })
  try {
    const [own, config] = readBoth(definition.config)
    logger = createLogger({ name: definition.name, level: own.MOSAIC_LOG_LEVEL })
    exitOnUnhandled(logger)
    watchProcess()
    // Signals and a dying parent are watched from before `start`, which may take long.
    const stopRequested = Promise.race([
      signalled(),
      own.MOSAIC_SUPERVISED ? parentGone() : new Promise<never>(() => {}),
    ])
    const started = trace(definition.name, own, logger).then(() => definition.start({ config, logger }))
    const running = await Promise.race([started, stopRequested])
    if (typeof running !== 'string') logger.info('started')
    const reason = typeof running === 'string' ? running : await endOf(running, stopRequested, logger)
    logger.info({ reason }, 'stopping')
    const limitMs = reason === supervisorGone ? abandonedLimitMs : stopLimitMs
    await stop(started, { logger, limitMs, exitCode: reason === cannotGoOn ? 1 : 0 })
  } catch (error) {
    if (error instanceof ConfigurationError) {
      logger.fatal({ problems: error.problems }, error.message)
      process.stderr.write(`${definition.name}: ${error.message}\n`)
      process.exit(2)
    }
    logger.fatal({ err: error }, 'could not start')
    process.exit(1)
  }
}

/** Before anything is started that might want to make spans. */
async function trace(service: string, own: z.output<typeof processVariables>, logger: Logger): Promise<void> {
  const isWanted = own.OTEL_EXPORTER_OTLP_ENDPOINT ?? own.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  if (!isWanted || own.OTEL_SDK_DISABLED) return
  const onProblem = (problem: string) => logger.warn({ problem }, 'spans cannot be sent')
  await startTracing({ service, share: own.OTEL_TRACES_SAMPLER_ARG, onProblem })
}

function readBoth<Schema extends z.ZodType>(schema: Schema): [z.output<typeof processVariables>, z.output<Schema>] {
  const problems: ConfigurationError['problems'][number][] = []
  const attempt = <S extends z.ZodType>(part: S): z.output<S> | undefined => {
    try {
      return readConfig(part)
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }
  const own = attempt(processVariables)
  const config = attempt(schema)
  if (own === undefined || problems.length > 0) throw new ConfigurationError(problems)
  return [own, config as z.output<Schema>]
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    // `on`, not `once`: a second Ctrl-C must not end the process in the middle of a clean stop.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal))
  })
}

const supervisorGone = 'supervisor gone'
const cannotGoOn = 'cannot go on'

/** Why a running service is to stop. */
async function endOf({ failed }: RunningService, stopRequested: Promise<string>, logger: Logger): Promise<string> {
  try {
    return await Promise.race([stopRequested, failed ?? stopRequested])
  } catch (error) {
    logger.fatal({ err: error }, 'the service can not go on')
    return cannotGoOn
  }
}

function parentGone(): Promise<string> {
  return new Promise((resolve) => {
    if (process.channel) {
      process.on('disconnect', () => resolve(supervisorGone))
      return
    }
    for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => resolve(supervisorGone))
    process.stdin.resume()
  })
}

function exitOnUnhandled(logger: Logger): void {
  const die = (kind: string) => (error: unknown) => {
    logger.fatal({ err: error }, kind)
    process.exit(1)
  }
  process.on('unhandledRejection', die('unhandled rejection'))
  process.on('uncaughtException', die('uncaught exception'))
}

async function stop(
  started: Promise<RunningService>,
  { logger, limitMs, exitCode }: { logger: Logger; limitMs: number; exitCode: number },
): Promise<never> {
  const limit = setTimeout(() => {
    logger.error({ limitMs }, 'did not stop in time')
    process.exit(1)
  }, limitMs)
  try {
    await (await started).close()
    await stopTracing()
  } catch (error) {
    logger.error({ err: error }, 'did not stop cleanly')
    process.exit(1)
  } finally {
    clearTimeout(limit)
  }
  logger.info('stopped')
  process.exit(exitCode)
}
