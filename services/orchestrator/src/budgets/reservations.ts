import type { BudgetWait } from '@mosaic/contracts/agent-session'
import type { BudgetPolicy, BudgetScope, ReservationRefusal, Spending } from '@mosaic/contracts/budget'
import { actorHeaders, coordinatorRoutes } from '@mosaic/contracts/http'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { Upstream } from '@mosaic/http'
import type { Spec } from '../domain/agent-session/index.ts'
import type { KnownBudgets } from './known-budgets.ts'
import type { Lineage } from './lineage.ts'
import { scopesOf } from './scopes.ts'

type Deps = {
  readonly known: KnownBudgets
  readonly lineage: Pick<Lineage, 'of'>
  readonly coordinator: Upstream | undefined
  /** Resolves once this process has taken in the log up to a position. */
  readonly past: (position: string, signal: AbortSignal) => Promise<void>
}

type Spender = {
  readonly spec: Spec
  readonly workspaceId: string
  /** Where the log holds every budget that it has to heed: those that were set before the session was claimed. */
  readonly after: string
}

type Call = Spender & {
  readonly callId: string
  readonly most: () => Spending
  /** Its session makes several at a time. */
  readonly isSideBySide: boolean
}

/** Why a call may not begin, and whether its agent is to wait for that to change. */
export type BudgetRefusal = { readonly reason: BudgetWait; readonly policy: BudgetPolicy; readonly message: string }

/** How long until the time of a budget is up; `null` where none limits it. */
export type Granted = { readonly withinMs: number | null }

const reasons: Readonly<Record<ReservationRefusal, BudgetWait>> = {
  'used-up': 'BUDGET_EXHAUSTED',
  'in-use': 'BUDGET_IN_USE',
  'no-price': 'PRICE_UNKNOWN',
  unsettled: 'BUDGET_UNDECIDED',
}

/** Longer than a coordinator takes to say that it cannot tell. In milliseconds. */
const answerMs = 10_000

/** Asks the coordinator whether model calls may begin, where there is a budget that they count for; nobody otherwise. */
export class Reservations {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Moves when a budget is set, raised or removed. */
  get changes(): number {
    return this.#deps.known.changes
  }

  onChange(listener: () => void): () => void {
    return this.#deps.known.onChange(listener)
  }

  /** Whether there is a budget that the session's calls count for. @throws the signal's reason */
  async areAny(spender: Spender, signal: AbortSignal): Promise<boolean> {
    return spender.spec.budget !== null || (await this.#scopes(spender, signal)).length > 0
  }

  /** Whether the call may begin. @throws the signal's reason */
  async ask(
    { callId, most, isSideBySide, ...spender }: Call,
    signal: AbortSignal,
  ): Promise<Result<Granted, BudgetRefusal>> {
    const { known, coordinator } = this.#deps
    const { spec, workspaceId } = spender
    const scopes = await this.#scopes(spender, signal)
    if (spec.budget !== null && !known.hasSeen({ kind: 'session', id: spec.sessionId })) {
      return err(undecided('the one that it was spawned with is not set yet'))
    }
    if (scopes.length === 0) return ok({ withinMs: null })
    if (!coordinator) return err(undecided('no coordinator is configured (MOSAIC_COORDINATOR_URL)'))
    const body = { callId, sessionId: spec.sessionId, scopes, most: most(), isSideBySide, isUnderWay: false }
    const headers = { [actorHeaders.workspaceId]: workspaceId }
    const answer = await coordinator.call(coordinatorRoutes.reserveBudget, { body, headers, timeoutMs: answerMs })
    signal.throwIfAborted()
    if (!answer.ok) return err(undecided(answer.error.message))
    if (answer.value.granted) return ok({ withinMs: answer.value.withinMs })
    const { why, policy, message } = answer.value
    return err({ reason: reasons[why], policy, message })
  }

  /** Of a call that has begun, in milliseconds; `null`: as long as it likes, 0 also where nobody can say. @throws the signal's reason */
  async timeLeft({ callId, most, isSideBySide, ...spender }: Call, signal: AbortSignal): Promise<number | null> {
    const { coordinator } = this.#deps
    const scopes = await this.#scopes(spender, signal)
    if (scopes.length === 0) return null
    if (!coordinator) return 0
    const body = { callId, sessionId: spender.spec.sessionId, scopes, most: most(), isSideBySide, isUnderWay: true }
    const headers = { [actorHeaders.workspaceId]: spender.workspaceId }
    const answer = await coordinator.call(coordinatorRoutes.reserveBudget, { body, headers, timeoutMs: answerMs })
    signal.throwIfAborted()
    return answer.ok && answer.value.granted ? answer.value.withinMs : 0
  }

  async #scopes({ spec, workspaceId, after }: Spender, signal: AbortSignal): Promise<BudgetScope[]> {
    const { known, lineage, past } = this.#deps
    await past(after, signal)
    return scopesOf(await lineage.of(spec, signal), workspaceId).filter((scope) => known.has(scope, workspaceId))
  }
}

const undecided = (message: string): BudgetRefusal => ({
  reason: 'BUDGET_UNDECIDED',
  policy: 'ask',
  message: `it cannot be told whether a budget has room for the next call: ${message}`,
})
