import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import type { Component } from './status-sentences.ts'

type Session = Pick<SessionView, 'name' | 'status' | 'quality'>

/** Whose changes pass unseen at present; `null`: nobody's. It is said for as long as it is so. */
export function gatesOffWords(
  components: Readonly<Record<string, Component>>,
  sessions: readonly Session[],
): string | null {
  if (components['orchestrator']?.gatesOff) return 'Changes of all agents are committed and pushed unseen (YOLO_MODE).'
  const names = sessions.flatMap(({ name, status, quality }) => (quality?.yolo && !hasEnded(status) ? [name] : []))
  if (names.length === 0) return null
  const shown = names.slice(0, 5).join(', ')
  return `Changes of ${shown}${names.length > 5 ? ` and ${names.length - 5} more` : ''} are committed and pushed unseen.`
}
