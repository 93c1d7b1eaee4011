import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import type { Spec } from '../../domain/agent-session/index.ts'

type Terms = Pick<Spec, 'budget' | 'network' | 'skills' | 'approvals' | 'labels' | 'externalKey' | 'timeoutSeconds'>

export const termsOf = ({
  budget,
  network,
  skills,
  approvals,
  labels,
  externalKey,
  timeoutSeconds,
}: Pick<SpawnAgent, keyof Terms>): Terms => ({
  budget: budget ?? null,
  network: network ?? null,
  skills: skills ?? null,
  approvals: approvals ?? null,
  labels: [...new Set(labels)],
  externalKey: externalKey ?? null,
  timeoutSeconds: timeoutSeconds ?? null,
})

/** What a session has for itself alone: who comes of it counts for it, and has none of its own. */
export const ofItsOwn = { budget: null, externalKey: null, timeoutSeconds: null } satisfies Partial<Terms>
