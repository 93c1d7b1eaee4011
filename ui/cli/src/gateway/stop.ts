import { ProblemError, UnreachableError } from '@mosaic/client'
import type { RejectionCode } from '@mosaic/contracts/http'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import type { StopDirectly } from '@mosaic/local-tier/stop-directly'
import { CliError, exitCodes, type GlobalOptions, printError } from '../cli.ts'

/** A gateway that has not answered a kill by then is not waited for. In milliseconds. */
export const stopTimeoutMs = 6_000

type Stop<Answer> = {
  /** The gateway. */
  readonly ask: () => Promise<Answer>
  readonly directly: (stop: StopDirectly) => Promise<Result<Answer, Rejection<RejectionCode>>>
}

/**
 * Nothing may stand between a person and the stop: where the gateway of this data folder does not answer, or something of
 * its own is missing, the orchestrator and its killer are asked themselves. A gateway that was named by its address is
 * another machine's.
 */
export async function orDirectly<Answer>(
  { dataDir, readonly }: Pick<GlobalOptions, 'dataDir' | 'readonly'>,
  { ask, directly }: Stop<Answer>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!isAway(error) || readonly || env['MOSAIC_GATEWAY_URL']) throw error
    const { stopDirectly } = await import('@mosaic/local-tier/stop-directly')
    const stop = stopDirectly(dataDir, env['MOSAIC_WORKSPACE_ID'])
    if (!stop) throw error
    printError('The gateway does not answer: asking the orchestrator itself.')
    const answer = await directly(stop)
    if (answer.ok) return answer.value
    const { code, message } = answer.error
    throw new CliError(`${code}: ${message}`, { exitCode: exitCodes.failed, cause: error })
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof ProblemError && error.problem.status >= 500)
