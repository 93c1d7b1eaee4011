/** A read model cannot be asked: Postgres does not answer, or no projector has built the model yet. */
export class ReadModelUnavailableError extends Error {
  override readonly name = 'ReadModelUnavailableError'
}

/** The SQLSTATE of an error that Postgres sent (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

const connectionErrors =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Cannot use a pool after/

/**
 * Whether the same work may succeed later: the connection broke, the server is stopping, starting, out of resources
 * or chose this transaction as a victim. Everything else (bad data, a bug) fails again however often it is tried.
 */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) {
    return /^(08|53|57|58)/.test(state) || ['40001', '40P01', '55P03', '25P03', '25006', 'XX000'].includes(state)
  }
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isTransient)
  const code = (error as Error & { code?: unknown }).code
  return connectionErrors.test(typeof code === 'string' ? code : error.message)
}

/** Whether an error means that the read model is not there (yet): its schema, a table or the reader's role is missing. */
export function isMissing(error: unknown): boolean {
  const state = sqlState(error)
  if (state === '22023') return (error as Error).message.includes('does not exist')
  return state !== undefined && ['42P01', '3F000', '42704', '3D000'].includes(state)
}
