import type { LiveConnection } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { agentSessionStream, type SessionTree, type SessionView } from '@mosaic/contracts/agent-session'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { receiveSession } from '@mosaic/views'
import { createSignal, onCleanup } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { gateway } from '../gateway.ts'

type Loading = 'loading' | 'ready' | 'failed'

/**
 * Every session of the workspace, live. Loaded from the read model, then kept up with the fleet's events; what the
 * page missed (a reconnect, a gap in a stream's revisions) is asked for again.
 */
export function createFleet(live: LiveConnection, onEvent: (event: RecordedEvent) => void) {
  const [sessions, setSessions] = createStore<Record<string, SessionView>>({})
  const [loading, setLoading] = createSignal<Loading>('loading')
  const [failure, setFailure] = createSignal<unknown>(null)
  const [syncedAt, setSyncedAt] = createSignal<number | null>(null)
  const catchingUp = new Set<string>()

  const take = (view: SessionView) => {
    const known = sessions[view.sessionId]
    // A read model that lags must not set the page back.
    if (!known || view.revision >= known.revision) setSessions(view.sessionId, reconcile(view, { key: 'step' }))
  }

  async function load(): Promise<void> {
    try {
      const { roots } = await gateway.call(gatewayRoutes.tree)
      for (const view of flatten(roots)) take(view)
      setSyncedAt(Date.now())
      setFailure(null)
      setLoading('ready')
    } catch (error) {
      setFailure(error)
      if (loading() === 'loading') setLoading('failed')
    }
  }

  async function catchUp(sessionId: string, position: string): Promise<void> {
    if (catchingUp.has(sessionId)) return
    catchingUp.add(sessionId)
    try {
      take(await gateway.call(gatewayRoutes.session, { params: { id: sessionId }, query: { after: position } }))
    } catch (error) {
      setFailure(error)
    } finally {
      catchingUp.delete(sessionId)
    }
  }

  function receive(event: RecordedEvent): void {
    setSyncedAt(Date.now())
    const sessionId = agentSessionStream.idOf(event.streamId)
    if (sessionId !== null) apply(sessionId, event)
    onEvent(event)
  }

  function apply(sessionId: string, event: RecordedEvent): void {
    const received = receiveSession(sessions[sessionId], event)
    if (received === 'behind') void catchUp(sessionId, event.position)
    else take(received)
  }

  onCleanup(live.subscribe({ kind: 'fleet' }, { event: receive, subscribed: () => void load() }))

  return { sessions, all: () => Object.values(sessions), loading, failure, syncedAt, reload: load, take }
}
export type Fleet = ReturnType<typeof createFleet>

const flatten = (roots: readonly SessionTree[]): SessionView[] =>
  roots.flatMap(({ children, ...view }) => [view, ...flatten(children)])
