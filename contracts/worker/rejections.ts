/** Refusals of the worker decider. */
export const workerRejections = [
  'WORKER_NOT_FOUND',
  'WORKER_TOKEN_INVALID',
  /** It was exchanged before. */
  'WORKER_TOKEN_USED',
  'WORKER_TOKEN_EXPIRED',
  'WORKER_CREDENTIAL_INVALID',
  /** It was removed, and its token and its credential with it. */
  'WORKER_REMOVED',
  /** It is the instance's own: it was never added, and so cannot be removed. */
  'WORKER_NOT_ADMITTED',
  /** It is of another version than the instance. */
  'WORKER_VERSION_DIFFERS',
] as const
export type WorkerRejection = (typeof workerRejections)[number]
