import type { EventStore } from '@mosaic/event-store'
import { createServiceApp, type HealthReport } from '@mosaic/http'
import type { Messaging } from '@mosaic/messaging'
import type { Logger } from '@mosaic/runtime'
import { metrics, sample } from '@mosaic/telemetry'
import { type RelayState, runRelay } from './relay.ts'

type Dependencies = {
  store: EventStore
  messaging: Messaging
  logger: Logger
  version: string
  /** The address that it will listen on. */
  host: string
  serviceToken: string
}

/** The relay at work, and its health over HTTP. */
export function createApp({ store, messaging, logger, ...served }: Dependencies) {
  const state: RelayState = { position: null, caughtUp: false, inFlight: 0, problem: null }
  const stop = new AbortController()
  const http = createServiceApp({ ...served, logger, name: 'relay', health: () => healthOf(state) })
  sample(metrics.relayLag, (shown) => shown.set(lagOf(state) ?? NaN))
  const running = runRelay({ store, messaging, logger }, state, stop.signal)
  return {
    http,
    state,
    async close() {
      stop.abort()
      await running
      await http.close()
    },
  }
}

function healthOf(state: RelayState): HealthReport {
  if (state.problem) return { status: 'degraded', lag: null, detail: state.problem }
  return { status: 'healthy', lag: lagOf(state) }
}

/** Not known before all that is in the log has been read. */
const lagOf = ({ caughtUp, inFlight }: RelayState) => (caughtUp ? inFlight : null)
