import { z } from 'zod'
import { killProof, type RuntimeKind } from '../agent-session/index.ts'

/** What a pause does: everything the session runs stands still at once; it stops before its next step; nothing. */
export const pauseMeaning = z.enum(['freezes', 'between-steps', 'none'])
export type PauseMeaning = z.infer<typeof pauseMeaning>

/** When what an operator says reaches the agent: at once, after the step it is at, after its whole turn, or never. */
export const bargeInMeaning = z.enum(['at-once', 'before-next-model-call', 'after-current-turn', 'none'])
export type BargeInMeaning = z.infer<typeof bargeInMeaning>

/** What control over a session means. It follows from what runs the session, and is no fact of the session's own. */
export const runtimeCapabilities = z.object({ pause: pauseMeaning, bargeIn: bargeInMeaning, killProof })
export type RuntimeCapabilities = z.infer<typeof runtimeCapabilities>

/** What each kind of runtime promises; whoever shows a session says this and no more. */
export const capabilitiesOf: Readonly<Record<RuntimeKind, RuntimeCapabilities>> = {
  internal: { pause: 'freezes', bargeIn: 'before-next-model-call', killProof: 'kernel' },
}
