import { z } from 'zod'
import type { RuntimeCapabilities } from '../agent-session/index.ts'

/** What is known of a kind of provider before one is asked. */
type AgentProviderKindFacts = {
  readonly title: string
  /** What control over one of its sessions means. */
  readonly capabilities: RuntimeCapabilities
}

/** The kinds of provider that people can configure; its name is also the runtime's that runs its sessions. */
export const agentProviderKinds = {
  openclaw: {
    title: 'OpenClaw gateway',
    capabilities: { pause: 'none', bargeIn: 'at-once', killProof: 'reported' },
  },
} as const satisfies Readonly<Record<string, AgentProviderKindFacts>>

export const agentProviderKind = z.enum(Object.keys(agentProviderKinds) as [keyof typeof agentProviderKinds])
export type AgentProviderKind = z.infer<typeof agentProviderKind>
