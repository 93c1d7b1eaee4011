import type { Viewer } from '@mosaic/contracts/agent-provider'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, position, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { RejectedError } from '@mosaic/http'
import {
  isMissing,
  isTransient,
  type Postgres,
  type Progress,
  ReadModelUnavailableError,
  withWorkspace,
  type WorkspaceTransaction,
} from '@mosaic/postgres'
import type { FastifyRequest } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'

/** The header that does what `?after=` does. */
const afterHeader = 'x-mosaic-after'
/** How long a query waits for a read model to pass the position that it names. */
const behindTimeoutMs = 5000

export type ReadModels = { readonly postgres: Postgres; readonly progress: Progress }
type Answer<T> = Result<T, Rejection<RejectionCode>>

/** Asks a read model for whoever sends the request: in the operator's workspace, from the position that it names. */
export const ask = <T>(
  models: ReadModels & { readonly projection: string },
  request: FastifyRequest,
  query: (transaction: WorkspaceTransaction) => Promise<T>,
): Promise<Answer<T>> => askAs(models, viewerOf(request), query)

/**
 * Asks a read model within the viewer's workspace. Read your own writes: with `after` only once the model has passed
 * that position; answers READ_MODEL_BEHIND when it does not in time.
 */
export async function askAs<T>(
  models: ReadModels & { readonly projection: string },
  { workspaceId, after }: Viewer,
  query: (transaction: WorkspaceTransaction) => Promise<T>,
): Promise<Answer<T>> {
  if (after !== undefined) {
    const { reached, position } = await waitFor(models, after)
    if (!reached) return err(behind(models.projection, position, after))
  }
  return ok(await withWorkspace(models.postgres.db, workspaceId, query))
}

async function waitFor({ progress, projection }: ReadModels & { readonly projection: string }, after: string) {
  try {
    return await progress.waitFor(projection, after, behindTimeoutMs)
  } catch (error) {
    if (!isTransient(error) && !isMissing(error)) throw error
    throw new ReadModelUnavailableError('the read model cannot be asked', { cause: error })
  }
}

const behind = (projection: string, reached: string, after: string): Rejection<'READ_MODEL_BEHIND'> => ({
  code: 'READ_MODEL_BEHIND',
  message: `the read model ${projection} has not come that far within ${behindTimeoutMs / 1000} s`,
  field: 'after',
  // The lag is a distance in the log, in bytes of it.
  details: { projection, position: reached, after, lag: String(BigInt(after) - BigInt(reached)) },
})

/** Who looks on, by the request: `?after=` or the header `x-mosaic-after` names the position. */
export function viewerOf(request: FastifyRequest): Viewer {
  const { workspaceId } = operatorOf(request)
  const header = request.headers[afterHeader]
  const { after = header } = request.query as { after?: string }
  if (after === undefined) return { workspaceId }
  const parsed = position.safeParse(after)
  if (parsed.success) return { workspaceId, after: parsed.data }
  throw new RejectedError({
    code: 'VALIDATION_FAILED',
    message: `${afterHeader}: expected a commit position`,
    field: afterHeader,
  })
}
