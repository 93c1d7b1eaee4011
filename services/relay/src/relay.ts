import type { EventStore } from '@mosaic/event-store'
import type { Messaging, RelayPoint } from '@mosaic/messaging'
import { BackOff, type Logger } from '@mosaic/runtime'
import { metrics } from '@mosaic/telemetry'
import { publishWindow } from './publish-window.ts'
import { traced } from './traced.ts'

export type RelayState = {
  /** Position of the newest event that JetStream has acknowledged. */
  position: string | null
  /** Everything in the log has been handed to JetStream. */
  caughtUp: boolean
  /** Events read from the log that JetStream has not acknowledged. */
  inFlight: number
  problem: string | null
}

/** How often an idle relay looks whether JetStream is still where it left it (a lost disk makes no noise). */
const checkMs = 2000

/**
 * Carries the log to JetStream for as long as the signal is not aborted. Its checkpoint is the stream's last message,
 * read anew after every trouble; each message is published at one expected sequence, so that neither a lost publish
 * nor a second relay can leave a hole, a repeat or another order.
 */
export async function runRelay(
  { store, messaging, logger }: { store: EventStore; messaging: Messaging; logger: Logger },
  state: RelayState,
  signal: AbortSignal,
): Promise<void> {
  const backOff = new BackOff({ firstMs: 100, longestMs: 2000 })
  while (!signal.aborted) {
    try {
      const from = await messaging.eventStream.ensure()
      state.position = from.position
      logger.info(from, 'relaying')
      backOff.reset()
      state.problem = null
      await relayFrom(from, { store, messaging }, state, signal)
    } catch (error) {
      state.caughtUp = false
      state.problem = error instanceof Error ? error.message : String(error)
      if (!signal.aborted) logger.warn({ err: error }, 'relaying stopped; going on from the checkpoint')
    }
    await backOff.pause(signal)
  }
}

async function relayFrom(
  from: RelayPoint,
  { store, messaging }: { store: EventStore; messaging: Messaging },
  state: RelayState,
  signal: AbortSignal,
): Promise<void> {
  const moved = new AbortController()
  const stop = AbortSignal.any([signal, moved.signal])
  let { sequence, position: previous } = from
  const window = publishWindow({
    onAcknowledged(position) {
      state.position = position
      metrics.relayed.inc()
    },
    onFailure: (error) => moved.abort(error),
    onSize: (size) => (state.inFlight = size),
  })
  const check = setInterval(() => {
    if (window.size() > 0) return
    const expected = sequence
    messaging.eventStream.ensure().then(
      (point) => {
        if (point.sequence !== expected && sequence === expected) moved.abort(new Error('JetStream has moved'))
      },
      (error: unknown) => moved.abort(error),
    )
  }, checkMs)
  try {
    const onDisconnect = (error: Error) => {
      state.caughtUp = false
      state.problem = error.message
    }
    for await (const item of store.subscribeAllRaw({ after: from.position, signal: stop, onDisconnect })) {
      if (item.kind === 'caught-up') {
        state.caughtUp = true
        state.problem = null
        continue
      }
      const { record } = item
      await window.room()
      if (stop.aborted) break
      sequence++
      window.add(record.position, traced(record, messaging.eventStream.publish(record, previous, sequence)))
      previous = record.position
    }
  } finally {
    clearInterval(check)
    await window.settled()
  }
  if (moved.signal.aborted) throw moved.signal.reason
}
