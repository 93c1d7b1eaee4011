import { z } from 'zod'
import { runtimeCapabilities } from '../agent-session/index.ts'
import { timestamp, uuid } from '../kernel/index.ts'
import { agentProviderKind } from './kinds.ts'
import type { ConfiguredProvider } from './providers.ts'
import { agentProviderName, contactFault, providerIdentity } from './vocabulary.ts'

/** `stale`: it is on and not known to be lost, and nobody has heard from it for a while. */
export const agentProviderState = z.enum(['active', 'off', 'unreachable', 'stale'])
export type AgentProviderState = z.infer<typeof agentProviderState>

/** Longer than a gateway is silent between two of its heartbeats. */
export const providerSilenceMs = 90_000

/** As a person sees it. */
export const agentProviderView = z.object({
  providerId: uuid,
  kind: agentProviderKind,
  name: agentProviderName,
  address: z.string(),
  isActive: z.boolean(),
  state: agentProviderState,
  /** Why it cannot be spoken with, and since when. */
  unreachable: z.object({ since: timestamp, code: contactFault, message: z.string() }).nullable(),
  /** What control over its sessions means. */
  capabilities: runtimeCapabilities,
  /** What it last said of itself. */
  ...providerIdentity.shape,
  /** When it was last heard; `null`: never, or not since the orchestrator began. */
  lastContactAt: timestamp.nullable(),
  /** The end of a long token; `null` where there is none. */
  maskedToken: z.string().nullable(),
  /** Why its token cannot be used. */
  problem: z.string().nullable(),
  addedAt: timestamp,
})
export type AgentProviderView = z.infer<typeof agentProviderView>

/** What came of asking it once. */
export const agentProviderTest = z.object({
  providerId: uuid,
  name: agentProviderName,
  ...providerIdentity.shape,
  durationMs: z.number(),
})
export type AgentProviderTest = z.infer<typeof agentProviderTest>

export function providerStateOf(
  { isActive, lost }: Pick<ConfiguredProvider, 'isActive' | 'lost'>,
  { lastContactAt, now }: { readonly lastContactAt: string | null; readonly now: Date },
): AgentProviderState {
  if (!isActive) return 'off'
  if (lost) return 'unreachable'
  const isHeard = lastContactAt !== null && now.getTime() - Date.parse(lastContactAt) <= providerSilenceMs
  return isHeard ? 'active' : 'stale'
}
