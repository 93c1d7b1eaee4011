import { isBudgetWait, type WaitReason } from '@mosaic/contracts/agent-session'
import type { Spending } from '@mosaic/contracts/budget'
import { ok, type Result } from '@mosaic/contracts/kernel'
import { pauseAfter } from '@mosaic/runtime'
import type { BudgetRefusal } from '../../../budgets/index.ts'
import type { LiveSession } from '../../../domain/agent-session/index.ts'
import type { ModelRequest } from '../../model/index.ts'
import { modelNow } from '../model-now.ts'
import type { Run } from '../run.ts'
import { SessionFailure } from '../session-failure.ts'
import { mostInput, mostSpent } from './most-spent.ts'
import { type TimeLimit, timeLimit } from './time-limit.ts'

/** Who waits for a person looks again now and then, in case that nobody says that something has changed. */
const forPerson = { firstMs: 600_000, longestMs: 600_000, spread: 0.1 }
/** Other calls come to their end, or a coordinator comes back. */
const forOthers = { firstMs: 1000, longestMs: 30_000, spread: 0.5 }

const asksPerson: ReadonlySet<BudgetRefusal['reason']> = new Set(['BUDGET_EXHAUSTED', 'PRICE_UNKNOWN'])

type Call = {
  readonly callId: string
  readonly request: ModelRequest
  /** Tokens of what the request begins with, where its model has counted them. */
  readonly counted: number | null
}

/**
 * Whether a model call may begin, and how long it may take: what it may cost is kept for it in every budget that it counts
 * for. Where there is no room the call is put off, as a fact that everyone sees, and made once there is; or the session ends, where that was said.
 */
export async function mayCall(
  run: Run,
  session: LiveSession,
  { callId, request, counted }: Call,
): Promise<TimeLimit | undefined> {
  const most = () => mostSpent(run.deps.modelTable, modelNow(session), { inputTokens: mostInput(request, counted) })
  const room = await askForRoom(run, session, { callId, most, isSideBySide: false })
  if (room.ok) return room.value
  await putOff(run, session, room.error)
  return undefined
}

type Wanted = {
  readonly callId: string
  readonly most: () => Spending
  /** Others of the session may be under way, whose end is not known yet. */
  readonly isSideBySide: boolean
}

/** Keeps what a call may cost, and answers how long it may take; or why it may not begin now. @throws the signal's reason */
export async function askForRoom(
  run: Run,
  session: LiveSession,
  wanted: Wanted,
): Promise<Result<TimeLimit, BudgetRefusal>> {
  const { deps, halted } = run
  run.budgetsAsked = deps.budgets.changes
  const asked = { ...spenderOf(run, session), ...wanted }
  const granted = await deps.budgets.ask(asked, halted)
  if (!granted.ok) return granted
  return ok(timeLimit({ ...granted.value, left: (signal) => deps.budgets.timeLeft(asked, signal), halted }))
}

/** Whether a person has to do something before the call fits. */
export const isForPerson = ({ reason }: BudgetRefusal): boolean => asksPerson.has(reason)

/** The time was up in the midst of the call: what follows is said by the budget when the next one is asked for, at once. */
export async function tellCut(run: Run, session: LiveSession): Promise<void> {
  const { deps, journal } = run
  const now = deps.clock.now().toISOString()
  const message = 'the time of a budget was up: the call that was under way is broken off'
  deps.logger.warn({ sessionId: journal.sessionId }, message)
  const wait = { attempts: 1, since: now, nextTryAt: now }
  await run.record({ type: 'DeferModelCall', turn: session.turn + 1, reason: 'BUDGET_CUT', message, ...wait })
}

/** Whether its calls count for a budget: then none begins before there is room for it. */
export const isLimited = (run: Run, session: LiveSession): Promise<boolean> =>
  run.deps.budgets.areAny(spenderOf(run, session), run.halted)

const spenderOf = ({ journal, workspaceId }: Run, { spec }: LiveSession) => ({
  spec,
  workspaceId,
  after: journal.claimedAtPosition,
})

/** Lets the session wait, as a fact that everyone sees. @throws SessionFailure where that is of no use, or not wanted */
export async function putOff(run: Run, session: LiveSession, refusal: BudgetRefusal): Promise<void> {
  const { reason, policy, message } = refusal
  const { deps, journal } = run
  const forWhom = isForPerson(refusal) ? forPerson : forOthers
  if (forWhom === forPerson && policy === 'stop') throw new SessionFailure('BUDGET_EXHAUSTED', message)
  const now = deps.clock.now()
  // How long its model was waited for before has nothing to do with this.
  const before = session.modelWait && isBudgetWait(session.modelWait.reason) ? session.modelWait : undefined
  // Nor has the time in which a person was waited for with how long somebody who does not answer is tried.
  const isSame = before && isUndecided(before.reason) === isUndecided(reason)
  const since = isSame ? before.since : now.toISOString()
  const attempts = before?.attempts ?? 0
  if (isUndecided(reason) && run.triedForMs(since, now) >= deps.limits.unreachableMs) {
    throw new SessionFailure('BUDGET_UNDECIDED', message)
  }
  deps.logger.warn({ sessionId: journal.sessionId, reason, message }, 'a model call waits for a budget')
  const nextTryAt = new Date(now.getTime() + pauseAfter(attempts + 1, forWhom)).toISOString()
  const turn = session.turn + 1
  await run.record({ type: 'DeferModelCall', turn, reason, message, attempts: attempts + 1, since, nextTryAt })
}

const isUndecided = (reason: WaitReason) => reason === 'BUDGET_UNDECIDED'

/** Whether somebody has changed a budget since this session was told to wait for one. */
export const mayFitNow = ({ deps, budgetsAsked }: Run, { modelWait }: LiveSession): boolean =>
  modelWait !== null && isBudgetWait(modelWait.reason) && budgetsAsked !== deps.budgets.changes
