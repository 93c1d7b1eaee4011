import type { BudgetMeasure, ReservationRefusal, Spending } from '@mosaic/contracts/budget'
import type { CommandOf } from './commands.ts'
import { exhaustedBy, heldBy, limitsIn, spentIn } from './reckoning.ts'
import type { OpenBudget } from './state.ts'

export type Hindrance = { readonly why: ReservationRefusal; readonly measure: BudgetMeasure; readonly message: string }

type Call = Omit<CommandOf<'ReserveBudget'>, 'type'>

/** Why a call may not begin now; `undefined` when it may. */
export function hindranceOf(
  budget: OpenBudget,
  { callId, sessionId, most, isSideBySide, at }: Call,
): Hindrance | undefined {
  const { scope, exhausted, limits, reserved } = budget
  const isOwn = scope.kind === 'mission' || (scope.kind === 'session' && scope.id === sessionId)
  // That of another is raised by its id.
  const name = isOwn ? `this ${scope.kind}` : `${scope.kind} ${scope.id}`
  const hindered = (why: ReservationRefusal, measure: BudgetMeasure, message: string) => ({ why, measure, message })
  const usedUp = exhausted ?? exhaustedBy(budget, most, at)
  if (usedUp) {
    const state = `the budget of ${name} is used up: ${amount(usedUp, spentIn(budget, at)[usedUp])} of ${amount(usedUp, limitsIn(limits)[usedUp])} spent`
    return hindered('used-up', usedUp, `${state}${costOf(usedUp, most)}`)
  }
  if (limits.usd !== null && most.microUsd === null) {
    const message = `the budget of ${name} limits money, and nobody has said what this model costs (mosaic model add --input-price, MOSAIC_MODEL_FACTS)`
    return hindered('no-price', 'usd', message)
  }
  // One call at a time: what became of the one before is on its way.
  const isUnsettled =
    !isSideBySide && Object.entries(reserved).some(([id, open]) => open.sessionId === sessionId && id !== callId)
  if (isUnsettled)
    return hindered('unsettled', 'usd', `what the call before this one has cost ${name} is not known yet`)
  const held = heldBy(budget, most, at)
  if (!held) return undefined
  const message = `what is left of the budget of ${name} is kept for calls that are under way${costOf(held, most)}`
  return hindered('in-use', held, message)
}

const costOf = (measure: BudgetMeasure, { microUsd, tokens }: Spending): string =>
  measure === 'wall'
    ? ''
    : `, and this call may take up to ${measure === 'usd' ? amount('usd', microUsd ?? 0) : amount('tokens', tokens)}`

function amount(measure: BudgetMeasure, number: number): string {
  if (measure === 'usd') return `$${(number / 1_000_000).toFixed(number > 0 && number < 10_000 ? 4 : 2)}`
  return measure === 'tokens' ? `${number} tokens` : `${Math.round(number / 1000)} s`
}
