import { WrongExpectedVersionError } from '@eventstore/db-client'
import { err, ok } from '@mosaic/contracts/kernel'
import type { Redactor } from '@mosaic/redaction'
import type { BatchAppends } from './batch-append.ts'
import { StoreUnavailableError, toStoreError } from './errors.ts'
import { encodeEvents } from './encode.ts'
import { inTurns } from './turns.ts'
import type { EventStore } from './types.ts'

const attempts = 3
/** After so long no further attempt begins. */
const patienceMs = 3000

type AppendOptions = { readonly instanceId: string; readonly redactor: Redactor }

/**
 * The append of an `EventStore`. A broken or silent connection leaves the outcome unknown, so the append is repeated with
 * the same event ids (the server is idempotent by id); then `StoreUnavailableError`.
 */
export const appendWith =
  (appends: BatchAppends, { instanceId, redactor }: AppendOptions, turn = inTurns()): EventStore['append'] =>
  async (streamId, decided, { expectedRevision: expected, context }) => {
    await turn(decided.length)
    // The one place where events are made: what is secret in them goes no further, not to who asked for them either.
    const events = decided.map(redactor.value)
    const request = { streamId, expected, events: encodeEvents(streamId, events, redactor.value(context), instanceId) }
    const started = performance.now()
    for (let attempt = 1; ; attempt++) {
      try {
        return ok({ ...(await appends.append(request)), events })
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) {
          return err({ code: 'CONCURRENT_UPDATE', message: `${streamId} was changed at the same time` })
        }
        const fault = toStoreError(error)
        const late = performance.now() > started + patienceMs
        if (!(fault instanceof StoreUnavailableError) || late || attempt === attempts) throw fault
        await new Promise((resolve) => setTimeout(resolve, 100 * attempt))
      }
    }
  }
