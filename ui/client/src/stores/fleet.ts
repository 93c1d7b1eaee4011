import { agentSessionStream, type SessionTree, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { receiveSession } from '@mosaic/views'
import type { Client } from '../client.ts'
import type { LiveConnection } from '../live/connection.ts'
import type { Holder } from './holder.ts'

/** Every session of the workspace, by id. */
export type Fleet = {
  sessions: Record<string, SessionView>
  phase: 'loading' | 'ready' | 'failed'
  /** Why the read model could not be asked the last time; null when it could. */
  failure: unknown
}

export const emptyFleet = (): Fleet => ({ sessions: {}, phase: 'loading', failure: null })

export type FleetOptions = {
  readonly client: Client
  readonly live: LiveConnection
  readonly fleet: Holder<Fleet>
  /** Puts a session in its place, where a surface has a better way than `sessions[id] = view`. */
  readonly put?: (view: SessionView) => void
  readonly onEvent?: (event: RecordedEvent) => void
}

/**
 * Keeps a fleet live: loaded from the read model, then kept up with the workspace's events by the fold that the read
 * model itself uses; what was missed (a reconnect, a gap in a stream's revisions) is asked for again.
 */
export function followFleet({ client, live, fleet, onEvent, ...options }: FleetOptions) {
  /** Sessions that are being asked for, and up to which position they have to be known. */
  const wanted = new Map<string, string>()
  /** Events up to here were told before anybody listened: they are in the read model or nowhere. */
  let toldBefore = '0'
  const put = options.put ?? ((view) => fleet.change(({ sessions }) => void (sessions[view.sessionId] = view)))

  /** A read model that lags must not set the surface back. */
  function take(view: SessionView): void {
    const known = fleet.get().sessions[view.sessionId]
    if (!known || view.revision >= known.revision) put(view)
  }

  async function load(after?: string): Promise<string> {
    const { roots, position } = await client.call(gatewayRoutes.tree, { query: { after } })
    for (const view of flatten(roots)) take(view)
    fleet.change((state) => Object.assign(state, { phase: 'ready', failure: null }))
    return position
  }

  async function reload(): Promise<void> {
    try {
      // What a read model that lags has is shown at once, and what it lacks when it has come that far.
      const reached = await load()
      if (BigInt(reached) < BigInt(toldBefore)) await load(toldBefore)
    } catch (failure) {
      fleet.change((state) => {
        state.failure = failure
        if (state.phase === 'loading') state.phase = 'failed'
      })
    }
  }

  async function catchUp(sessionId: string, position: string): Promise<void> {
    const isUnderWay = wanted.has(sessionId)
    wanted.set(sessionId, position)
    if (isUnderWay) return
    try {
      // What comes meanwhile is missing from the answer, and nothing may come after it: then it is asked for as well.
      for (let after: string | undefined; after !== wanted.get(sessionId); ) {
        after = wanted.get(sessionId)
        take(await client.call(gatewayRoutes.session, { params: { id: sessionId }, query: { after } }))
      }
    } catch (failure) {
      fleet.change((state) => void (state.failure = failure))
    } finally {
      wanted.delete(sessionId)
    }
  }

  function receive(event: RecordedEvent): void {
    const sessionId = agentSessionStream.idOf(event.streamId)
    if (sessionId !== null) {
      const received = receiveSession(fleet.get().sessions[sessionId], event)
      if (received === 'behind') void catchUp(sessionId, event.position)
      else take(received)
    }
    onEvent?.(event)
  }

  const subscribed = (position: string) => {
    toldBefore = position
    void reload()
  }
  const close = live.subscribe({ kind: 'fleet' }, { event: receive, subscribed })
  return { take, reload, close }
}

const flatten = (roots: readonly SessionTree[]): SessionView[] =>
  roots.flatMap(({ children, ...view }) => [view, ...flatten(children)])
