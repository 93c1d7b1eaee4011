import { z } from 'zod'
import { agentName } from '../agent-session/runtime.ts'

/** An agent of another maker, as it can be had for this instance. Where it cannot be installed `problem` says why. */
export const agentPresetView = z.object({
  name: agentName,
  title: z.string(),
  /** As npm knows it, and the version that is got; `null` where it is somebody's own. */
  package: z.string().nullable(),
  version: z.string().nullable(),
  state: z.enum(['absent', 'installing', 'installed']),
  installedVersion: z.string().nullable(),
  problem: z.string().nullable(),
})
export type AgentPresetView = z.infer<typeof agentPresetView>
