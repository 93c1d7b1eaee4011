import { z } from 'zod'
import { uuid } from '../kernel/index.ts'
import { terminalCommand } from './terminal.ts'
import { killProof, modelChoice, modelProvider } from './vocabulary.ts'

/** What a pause does: everything the session runs stands still at once; it stops before its next step; nothing. */
export const pauseMeaning = z.enum(['freezes', 'between-steps', 'none'])
export type PauseMeaning = z.infer<typeof pauseMeaning>

/** When what an operator says reaches the agent: at once, after the step it is at, after its whole turn, or never. */
export const bargeInMeaning = z.enum(['at-once', 'before-next-model-call', 'after-current-turn', 'none'])
export type BargeInMeaning = z.infer<typeof bargeInMeaning>

/** What control over a session means; whoever shows or steers one promises this and no more. */
export const runtimeCapabilities = z.object({ pause: pauseMeaning, bargeIn: bargeInMeaning, killProof })
export type RuntimeCapabilities = z.infer<typeof runtimeCapabilities>

/** An agent of others, as it is called where it is installed. */
export const agentName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)

/** What runs a session, by the name under which an orchestrator has it. */
export const runtimeKind = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)
export type RuntimeKind = z.infer<typeof runtimeKind>

/** Where a session is that runs at a configured provider, and what it is called there. */
export const sessionAtProvider = z.object({ providerId: uuid, name: z.string(), sessionKey: z.string() })
export type SessionAtProvider = z.infer<typeof sessionAtProvider>

/** Our own loop over a model, in our own sandbox. */
const internalRuntime = z.object({
  kind: z.literal('internal'),
  ...modelChoice.shape,
  /** Who is asked while the one before cannot be had, in this order; after the last the first again. */
  fallbacks: z.array(modelChoice).max(9).optional(),
  maxTurns: z.int().min(1),
})
/** Any other. Which control it grants may differ from one program to the next, so each session says so itself. */
const otherRuntime = z.object({
  kind: runtimeKind.refine((kind) => kind !== 'internal'),
  modelProvider: modelProvider.nullable(),
  model: z.string().nullable(),
  /** Which of the agents that this runtime can run. */
  agent: agentName.optional(),
  provider: sessionAtProvider.optional(),
  /** What its terminal was begun with. */
  command: terminalCommand.optional(),
  capabilities: runtimeCapabilities,
})
export const runtime = z.union([internalRuntime, otherRuntime])
export type InternalRuntime = z.infer<typeof internalRuntime>
export type Runtime = z.infer<typeof runtime>

export const internalCapabilities: RuntimeCapabilities = {
  pause: 'freezes',
  bargeIn: 'before-next-model-call',
  killProof: 'kernel',
}

export const capabilitiesOf = (runtime: Runtime): RuntimeCapabilities =>
  'capabilities' in runtime ? runtime.capabilities : internalCapabilities
