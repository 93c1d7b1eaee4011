import type { BudgetStatus, BudgetView } from '@mosaic/contracts/budget'
import pc from 'picocolors'
import { table } from './table.ts'
import { dateTime, duration, shortIds } from './text.ts'

const marks: Readonly<Record<BudgetStatus, string>> = {
  open: pc.green('open'),
  warned: pc.yellow('four fifths spent'),
  exhausted: pc.red('used up'),
  removed: pc.dim('removed'),
}

const dollars = (microUsd: number) => `$${(microUsd / 1_000_000).toFixed(microUsd > 0 && microUsd < 10_000 ? 4 : 2)}`

/** Money that was spent. What is not known is said, never shown as nothing. */
function moneyOf({ spent }: Pick<BudgetView, 'spent'>): string {
  if (spent.unpricedCalls === 0) return dollars(spent.microUsd)
  const unknown = `${spent.unpricedCalls} calls of unknown price`
  return spent.microUsd > 0 ? `${dollars(spent.microUsd)} and ${unknown}` : unknown
}

function elapsedMs({ time }: Pick<BudgetView, 'time'>, now: Date): number {
  const { countedMs, runningSince } = time
  return countedMs + (runningSince === null ? 0 : Math.max(0, now.getTime() - Date.parse(runningSince)))
}

/** What may be spent. */
export const limitWords = ({ usd, tokens, wallSeconds }: BudgetView['limits']): string =>
  [
    usd !== null && `$${usd.toFixed(2)}`,
    tokens !== null && `${tokens} tokens`,
    wallSeconds !== null && duration(wallSeconds * 1000),
  ]
    .filter(Boolean)
    .join(', ')

/** Of each limit how much of it is gone. */
export function spentText(budget: BudgetView, now: Date): string {
  const { limits, spent } = budget
  const parts = [
    limits.usd !== null && `${moneyOf(budget)} of $${limits.usd.toFixed(2)}`,
    limits.tokens !== null && `${spent.tokens} of ${limits.tokens} tokens`,
    limits.wallSeconds !== null && `${duration(elapsedMs(budget, now))} of ${duration(limits.wallSeconds * 1000)}`,
  ]
  return parts.filter(Boolean).join(', ')
}

const reservedText = ({ reserved, limits }: BudgetView): string => {
  if (reserved.calls === 0) return ''
  const most = limits.usd === null ? `${reserved.tokens} tokens` : dollars(reserved.microUsd)
  return `up to ${most} for ${reserved.calls} under way`
}

export function budgetTable(budgets: readonly BudgetView[], now: Date): string {
  const ids = shortIds(budgets.flatMap(({ scope }) => (scope.kind === 'workspace' ? [] : [scope.id])))
  return table(
    ['for', 'status', 'spent', 'kept', 'once used up'],
    budgets.map((budget) => {
      const { kind, id } = budget.scope
      const spent = spentText(budget, now)
      return [`${kind} ${ids.get(id) ?? id}`, marks[budget.status], spent, reservedText(budget), budget.policy]
    }),
  )
}

export function budgetDetails(budget: BudgetView, now: Date): string {
  const { scope, status, spent, exhausted, policy, setBy, setAt, open } = budget
  const rows: [string, string | null | false][] = [
    ['for', `${scope.kind} ${scope.id}`],
    ['status', `${marks[status]}${exhausted ? pc.dim(`  (${exhausted}) raise it: mosaic budget raise`) : ''}`],
    ['spent', spentText(budget, now)],
    ['in all', `${moneyOf(budget)}, ${spent.tokens} tokens, ${spent.calls} calls, ${duration(elapsedMs(budget, now))}`],
    ['kept', reservedText(budget)],
    ['policy', policy],
    ['set', `${dateTime(setAt)} by ${setBy.name ?? setBy.id}`],
  ]
  const lines = rows.flatMap(([name, value]) => (value ? [`${pc.dim(name.padEnd(11))}${value}`] : []))
  if (open.length === 0) return lines.join('\n')
  const calls = open.map(({ sessionId, most }) => [
    sessionId,
    most.microUsd === null ? 'unknown' : dollars(most.microUsd),
    most.tokens,
  ])
  return [...lines, '', table(['call of session', 'at most', 'tokens at most'], calls)].join('\n')
}
