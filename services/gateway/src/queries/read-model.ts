import { setTimeout as wait } from 'node:timers/promises'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, position, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { checkpointOf, type Postgres, withWorkspace, type WorkspaceTransaction } from '@mosaic/postgres'
import { RejectedError } from '@mosaic/http'
import type { FastifyRequest } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'

/** The header that does what `?after=` does. */
const afterHeader = 'x-mosaic-after'
/** How long a query waits for a read model to pass the position that it names. */
export const behindTimeoutMs = 5000

type Query<Answer> = (transaction: WorkspaceTransaction) => Promise<Result<Answer, Rejection<RejectionCode>>>

/**
 * Asks a read model within the operator's workspace. Read your own writes: with `?after=` (or the header
 * `x-mosaic-after`) only once the model has passed that position; answers READ_MODEL_BEHIND when it does not in time.
 */
export async function ask<Answer>(
  { postgres, projection }: { postgres: Postgres; projection: string },
  request: FastifyRequest,
  query: Query<Answer>,
): Promise<Result<Answer, Rejection<RejectionCode>>> {
  const { workspaceId } = operatorOf(request)
  const after = afterOf(request)
  const deadline = performance.now() + behindTimeoutMs
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const answer = await withWorkspace(postgres.db, workspaceId, async (transaction) => {
      if (after === undefined) return query(transaction)
      const reached = await checkpointOf(transaction, projection)
      return BigInt(reached) >= after ? query(transaction) : { behind: reached }
    })
    if (!('behind' in answer)) return answer
    if (performance.now() > deadline) return err(behind(projection, answer.behind, after))
    await wait(pauseMs)
  }
}

/** The same for queries that are never refused. */
export const askFor = async <Answer>(
  model: { postgres: Postgres; projection: string },
  request: FastifyRequest,
  query: (transaction: WorkspaceTransaction) => Promise<Answer>,
): Promise<Result<Answer, Rejection<RejectionCode>>> =>
  ask(model, request, async (transaction) => ok(await query(transaction)))

function behind(projection: string, reached: string, after: bigint | undefined): Rejection<'READ_MODEL_BEHIND'> {
  return {
    code: 'READ_MODEL_BEHIND',
    message: `the read model ${projection} has not come that far within ${behindTimeoutMs / 1000} s`,
    field: 'after',
    details: { projection, position: reached, after: String(after), lag: String((after ?? 0n) - BigInt(reached)) },
  }
}

function afterOf(request: FastifyRequest): bigint | undefined {
  const header = request.headers[afterHeader]
  const { after = header } = request.query as { after?: string }
  if (after === undefined) return undefined
  const parsed = position.safeParse(after)
  if (parsed.success) return BigInt(parsed.data)
  throw new RejectedError({
    code: 'VALIDATION_FAILED',
    message: `${afterHeader}: expected a commit position`,
    field: afterHeader,
  })
}
