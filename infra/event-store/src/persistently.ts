import { StoreUnavailableError } from './errors.ts'
import { persistently as repeatedly } from '@mosaic/runtime'

/** Repeats work until the event store has answered. The work must be safe to repeat. @throws the signal's reason */
export const persistently = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  repeatedly(work, {
    firstMs: 200,
    longestMs: 2000,
    signal,
    isPassing: (error) => error instanceof StoreUnavailableError,
  })
