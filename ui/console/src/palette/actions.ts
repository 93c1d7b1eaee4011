import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { Mosaic } from '../app-context.ts'
import { canPause, canResume, canSteer, pause, resume } from '../actions/commands.ts'
import { open } from '../actions/overlay.ts'
import { call } from '../api/call.ts'
import { setTheme } from '../ui/theme.ts'
import { notifyFailure } from '../ui/toast.tsx'
import { pageActions } from './page-actions.ts'

export type Action = { name: string; hint?: string; key?: string; run: () => void }

/** Everything that can be done now, from one list. `go` opens an address. */
export function actionsOf({ fleet }: Mosaic, go: (path: string) => void): Action[] {
  const { others } = pageActions()
  const agents = fleet.all().toSorted((a, b) => Number(hasEnded(a.status)) - Number(hasEnded(b.status)))
  return [
    { name: 'Spawn an agent', key: 'n', run: () => open({ kind: 'spawn' }) },
    { name: 'Open the audit log', key: 'a', run: () => open({ kind: 'audit' }) },
    { name: 'Go to Mission Control', run: () => go('/mission-control') },
    ...agents.flatMap((session) => actionsOn(session, go)),
    { name: 'Kill all agents…', run: () => open({ kind: 'kill-all' }) },
    ...others,
    { name: 'Theme: dark', run: () => setTheme('dark') },
    { name: 'Theme: light', run: () => setTheme('light') },
    { name: 'Theme: as the system', run: () => setTheme('system') },
    { name: 'List the shortcuts', key: '?', run: () => open({ kind: 'shortcuts' }) },
    { name: 'Sign out', run: () => void signOut() },
  ]
}

function actionsOn(session: SessionView, go: (path: string) => void): Action[] {
  const { sessionId, name, task } = session
  const { show, bargeIn } = pageActions()
  const steer = canSteer(session)
  const actions: (Action | false | undefined)[] = [
    { name: `Open ${name}`, hint: task, run: () => (show ? show(sessionId) : go(`/sessions/${sessionId}`)) },
    steer && bargeIn && { name: `Barge in on ${name}`, run: () => bargeIn(sessionId) },
    canPause(session) && { name: `Pause ${name}`, run: () => void pause(session) },
    canResume(session) && { name: `Resume ${name}`, run: () => void resume(session) },
    show && { name: `Full screen ${name}`, run: () => go(`/sessions/${sessionId}`) },
    steer && { name: `Terminate ${name}…`, run: () => open({ kind: 'terminate', sessionId }) },
    steer && { name: `Kill ${name}…`, run: () => open({ kind: 'kill', sessionId }) },
  ]
  return actions.filter((action) => typeof action === 'object')
}

async function signOut(): Promise<void> {
  try {
    await call(gatewayRoutes.signOut, {})
    // Everything that this page holds belongs to the sign-in that just ended.
    location.assign('/login')
  } catch (error) {
    notifyFailure('You are still signed in', error)
  }
}
