import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { budgetIdOf, type BudgetScope, type BudgetView } from '@mosaic/contracts/budget'
import { dollars } from '../time/format.ts'

type Session = Pick<SessionView, 'sessionId' | 'name' | 'status' | 'taskId' | 'missionId'>

export type BudgetSentence = {
  readonly id: string
  readonly tone: 'failed' | 'waiting'
  readonly title: string
  readonly detail: string
}

/** What a person ought to know of budgets that somebody still spends from: which are used up, and which soon will be. */
export function budgetSentences(budgets: readonly BudgetView[], sessions: readonly Session[]): BudgetSentence[] {
  const live = sessions.filter(({ status }) => !hasEnded(status))
  return budgets.flatMap((budget) => {
    const { scope, status, policy } = budget
    if ((status !== 'exhausted' && status !== 'warned') || !isSpentFrom(scope, live)) return []
    const isOver = status === 'exhausted'
    const goesOn = policy === 'stop' ? 'Its agents end.' : 'Its agents wait until it is raised (mosaic budget raise).'
    return {
      id: budgetIdOf(scope),
      tone: isOver ? 'failed' : 'waiting',
      title: `The budget of ${nameOf(scope, live)} is ${isOver ? 'used up' : 'four fifths spent'}`,
      detail: `${spentWords(budget)}.${isOver ? ` ${goesOn}` : ''}`,
    }
  })
}

function isSpentFrom({ kind, id }: BudgetScope, live: readonly Session[]): boolean {
  if (kind === 'workspace') return true
  const idOf = { mission: 'missionId', task: 'taskId', session: 'sessionId' } as const
  return live.some((session) => session[idOf[kind]] === id)
}

function nameOf({ kind, id }: BudgetScope, live: readonly Session[]): string {
  if (kind === 'workspace') return 'this workspace'
  if (kind !== 'session') return `${kind} ${id}`
  return `agent ${live.find(({ sessionId }) => sessionId === id)?.name ?? id}`
}

/** Of what is limited how much is spent; what is not known is said, never shown as nothing. */
export function spentWords({ limits, spent }: Pick<BudgetView, 'limits' | 'spent'>): string {
  const unknown = spent.unpricedCalls > 0 ? ' and what has no price' : ''
  const parts = [
    limits.usd !== null && `${dollars(spent.microUsd / 1_000_000)}${unknown} of ${dollars(limits.usd)} spent`,
    limits.tokens !== null && `${spent.tokens} of ${limits.tokens} tokens taken`,
    limits.wallSeconds !== null && `${limits.wallSeconds} s at most`,
  ]
  return parts.filter(Boolean).join(', ')
}
