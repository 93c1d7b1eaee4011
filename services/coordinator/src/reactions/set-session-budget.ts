import { budgetIdOf, limitsFrom } from '@mosaic/contracts/budget'
import { defineReaction } from './reaction.ts'

/** The budget that a session is spawned with. Its model is not asked before the log has it. */
export const setSessionBudget = defineReaction({
  name: 'set-session-budget',
  version: 1,
  handles: ['AgentSpawnRequested'],
  initial: {},
  evolve: (state) => state,
  react(_, { data: { sessionId, budget }, metadata }) {
    if (budget === null) return []
    const scope = { kind: 'session', id: sessionId } as const
    const at = new Date(metadata.occurredAt)
    const command = {
      type: 'SetBudget',
      scope,
      limits: limitsFrom(budget),
      policy: budget.policy ?? 'ask',
      at,
    } as const
    return [{ to: 'budget' as const, id: budgetIdOf(scope), command, key: 'set', actor: metadata.actor }]
  },
})
