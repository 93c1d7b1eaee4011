import { z } from 'zod'
import { agentName } from '../agent-session/runtime.ts'
import { modelProvider } from '../agent-session/vocabulary.ts'
import { timestamp } from '../kernel/index.ts'

/** An agent of another maker, as it can be had for this instance. Where it cannot be installed `problem` says why. */
export const agentPresetView = z.object({
  name: agentName,
  title: z.string(),
  /** As npm knows it, and the version that is got; `null` where it is somebody's own. */
  package: z.string().nullable(),
  version: z.string().nullable(),
  /** Who can answer its model calls here: those whose servers speak what it speaks. */
  modelProviders: z.array(modelProvider),
  state: z.enum(['absent', 'installing', 'installed']),
  /** Since when it is being got. */
  installingSince: timestamp.nullable(),
  installedVersion: z.string().nullable(),
  problem: z.string().nullable(),
})
export type AgentPresetView = z.infer<typeof agentPresetView>
