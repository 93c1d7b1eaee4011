import type { z } from 'zod'
import { type SessionView, sessionView } from '../agent-session/index.ts'
import { capabilitiesOf, runtimeCapabilities } from './capabilities.ts'

/** A session as its provider answers it: with what control over it means. */
export const providedSession = sessionView.extend({ capabilities: runtimeCapabilities })
export type ProvidedSession = z.infer<typeof providedSession>

export const provided = (session: SessionView): ProvidedSession => ({
  ...session,
  capabilities: capabilitiesOf[session.runtime],
})
