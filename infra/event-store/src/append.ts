import { WrongExpectedVersionError } from '@eventstore/db-client'
import { err, ok } from '@mosaic/contracts/kernel'
import { pauseAfter } from '@mosaic/runtime'
import type { BatchAppends } from './batch-append.ts'
import { StoreUnavailableError, toStoreError } from './errors.ts'
import { encodeEvents, type Encoding } from './encode.ts'
import type { FollowedSecretRules } from './secret-rules.ts'
import { inTurns } from './turns.ts'
import type { EventStore } from './types.ts'

const attempts = 3
const pauses = { firstMs: 100, longestMs: 1000 }
/** After so long no further attempt begins. */
const patienceMs = 3000

/**
 * The append of an `EventStore`. A broken or silent connection leaves the outcome unknown, so the append is repeated with
 * the same event ids (the server is idempotent by id); then `StoreUnavailableError`.
 */
export const appendWith =
  (
    appends: BatchAppends,
    encoding: Encoding & { readonly rules: Pick<FollowedSecretRules, 'ready'> },
    turn = inTurns(),
  ): EventStore['append'] =>
  async (streamId, decided, { expectedRevision: expected, context }) => {
    await turn(decided.length)
    let prepared: ReturnType<typeof encodeEvents<(typeof decided)[number]>> | undefined
    const started = performance.now()
    for (let attempt = 1; ; attempt++) {
      try {
        await encoding.rules.ready(context.workspaceId)
        prepared ??= encodeEvents({ streamId, events: decided, context }, encoding)
        const { written, encoded: events } = prepared
        return ok({ ...(await appends.append({ streamId, expected, events })), events: written })
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) {
          return err({ code: 'CONCURRENT_UPDATE', message: `${streamId} was changed at the same time` })
        }
        const fault = toStoreError(error)
        const late = performance.now() > started + patienceMs
        if (!(fault instanceof StoreUnavailableError) || late || attempt === attempts) throw fault
        await new Promise((resolve) => setTimeout(resolve, pauseAfter(attempt, pauses)))
      }
    }
  }
