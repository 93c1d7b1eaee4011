import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { open } from '../actions/overlay.ts'
import type { Action } from '../actions/registry.ts'
import type { Steering } from '../actions/steering.ts'
import type { Fleet } from '../fleet/fleet-store.ts'
import { pageActions } from './page-actions.ts'

/** What can be done with each agent, the live ones first. `go` opens an address. */
export const agentActions = (fleet: Fleet, steering: Steering, go: (path: string) => void): Action[] =>
  fleet
    .all()
    .toSorted((a, b) => Number(hasEnded(a.status)) - Number(hasEnded(b.status)))
    .flatMap((session) => actionsOn(session, steering, go))

function actionsOn(session: SessionView, steering: Steering, go: (path: string) => void): Action[] {
  const { sessionId, name, task } = session
  const { show, bargeIn } = pageActions()
  const end = steering.canEnd(session)
  const actions: (Action | false | undefined)[] = [
    { name: `Open ${name}`, hint: task, run: () => (show ? show(sessionId) : go(`/sessions/${sessionId}`)) },
    bargeIn && steering.canSpeak(session) && { name: `Barge in on ${name}`, run: () => bargeIn(sessionId) },
    steering.canPause(session) && { name: `Pause ${name}`, run: () => steering.togglePause(session) },
    steering.canResume(session) && { name: `Resume ${name}`, run: () => steering.togglePause(session) },
    show && { name: `Full screen ${name}`, run: () => go(`/sessions/${sessionId}`) },
    end && { name: `Terminate ${name}…`, run: () => open({ kind: 'terminate', sessionId }) },
    end && { name: `Kill ${name}…`, run: () => open({ kind: 'kill', sessionId }) },
  ]
  return actions.filter((action) => typeof action === 'object')
}
