import type { ApprovalReason } from '@mosaic/contracts/approval'
import { newId } from '@mosaic/contracts/kernel'
import { persistently } from '@mosaic/event-store'
import { diffOf, type ExactCall, judge, judgedOf, type Judgement, shorten, textOf } from '../../approvals/index.ts'
import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { isInterrupted } from '../claimed-run.ts'
import type { Run } from './run.ts'

export type Asking = {
  readonly toolCallId: string
  readonly turn: number
  readonly call: ExactCall
  /** What it does to a file, where the agent says so itself. */
  readonly diff?: string | null
  /** Of an agent of others: what it asked before is a fact also where a rule allows it, and its turn may end meanwhile. */
  readonly theirs?: { ended(): boolean; onEnd(check: () => void): () => void }
}

/** `free`: nobody has said anything of such calls. `gone`: it gave way to a pause or an end, and is not made now. */
export type Permit =
  | { readonly kind: 'free' | 'allowed' | 'gone' }
  | { readonly kind: 'denied'; readonly why: string; readonly note: string | null }

/** What an agent is told that was denied a call. */
export const deniedWords = ({ why, note }: Extract<Permit, { readonly kind: 'denied' }>): string =>
  `Denied: ${why}.${note === null ? '' : ` They say: ${note}`} It was not done. Do not try to get to the same by another way.`

/** Whether a call may be made, by the policies that hold for its session and the people who are asked. */
export async function permit(run: Run, asking: Asking): Promise<Permit> {
  const { deps, journal, workspaceId, halted } = run
  const { session, sessionId } = journal
  if (!isLive(session)) return { kind: 'gone' }
  const { call, theirs } = asking
  const policies = await persistently(() => deps.approvals.policiesOf(workspaceId, session.spec), halted)
  const place = session.place?.kind === 'worktree' ? session.place.worktree : undefined
  const judged = judge(policies, judgedOf(call, session.spentUsd, place))
  if (!judged) return { kind: 'free' }
  const { effect, because } = judged
  if (effect === 'allow' && !theirs) return { kind: 'allowed' }
  const change = asking.diff ? { ' diff': asking.diff } : {}
  const digest = deps.approvals.digestOf(sessionId, { ...call, input: { ...call.input, ...change } })
  const isApproved = effect === 'ask' && session.approvedCalls.includes(digest)
  const told = toldOf(run, asking, { digest, because: isApproved ? { ...because, policy: 'session' } : because })
  if (effect === 'ask' && !isApproved) return waitFor(run, asking, { judged, told })
  const decision = effect === 'deny' ? 'denied' : 'approved'
  const recorded = await run.record({ type: 'RecordJudged', ...told, decision })
  if (!recorded.ok) return { kind: 'gone' }
  return effect === 'deny' ? { kind: 'denied', why: refusedBy(because), note: because.note } : { kind: 'allowed' }
}

type Told = ReturnType<typeof toldOf>

function toldOf(
  { redactor }: Run,
  { toolCallId, turn, call, diff = diffOf(call) }: Asking,
  { digest, because }: { digest: string; because: ApprovalReason },
) {
  // Covered before it is cut: half a secret is not known as one.
  const { shown, isCut } = shorten(redactor.text(textOf(call)))
  const change = diff === null ? null : shorten(redactor.text(diff))
  return {
    toolCallId,
    turn,
    tool: redactor.text(call.tool),
    shown,
    isCut: isCut || (change?.isCut ?? false),
    diff: change?.shown ?? null,
    digest,
    because,
  }
}

const refusedBy = ({ policy, rule }: ApprovalReason) =>
  `the ${policy}'s policy does not allow it (${rule === null ? 'otherwise' : `rule ${rule}`})`

/** Survives a pause, and whoever runs the session: what is waited for and what was said of it stands in the log. */
async function waitFor(
  run: Run,
  { theirs }: Asking,
  { judged: { policy }, told }: { judged: Judgement; told: Told },
): Promise<Permit> {
  const { journal, deps } = run
  const before =
    isLive(journal.session) && journal.session.approval?.digest === told.digest ? journal.session.approval : null
  const approvalId = before?.approvalId ?? newId()
  const expiresAt = before?.expiresAt ?? new Date(deps.clock.now().getTime() + policy.waitSeconds * 1000).toISOString()
  const request = { approvalId, ...told, expiresAt, atTimeout: before?.atTimeout ?? policy.atTimeout }
  const decided = () => decidedOf(journal.session, approvalId)
  const isOver = () => !isLive(journal.session) || journal.session.terminate !== null || theirs?.ended() === true
  const also = (check: () => void) => theirs?.onEnd(check) ?? (() => undefined)
  const leaves = () => isOver() || isInterrupted(run)
  run.activity = 'idle'
  try {
    while (!decided()) {
      // A program that stands still goes on with its turn after a pause; a call of ours is taken up anew.
      if (theirs && !isOver() && isInterrupted(run)) {
        await run.until(() => isOver() || decided() !== null || !isInterrupted(run), { also })
      }
      if (decided()) break
      if (leaves()) {
        const reason = 'its turn was ended before anybody had answered'
        if (theirs?.ended()) await run.record({ type: 'WithdrawApproval', approvalId, reason })
        return { kind: 'gone' }
      }
      if (!(await run.record({ type: 'RequestApproval', ...request })).ok) return { kind: 'gone' }
      const timeoutMs = Date.parse(expiresAt) - deps.clock.now().getTime()
      const inTime = await run.until(() => decided() !== null || leaves(), { timeoutMs, also })
      if (!inTime) await run.record({ type: 'ExpireApproval', approvalId })
    }
  } finally {
    run.activity = 'busy'
  }
  const said = decided()!
  if (theirs) await run.record({ type: 'ApplyApproval', approvalId })
  if (said.decision === 'approved') return { kind: 'allowed' }
  const who = said.by === 'timeout' ? 'nobody had allowed it in time' : `${said.operatorName} has denied it`
  return { kind: 'denied', why: who, note: said.note }
}

const decidedOf = (session: LiveSession | Run['journal']['session'], approvalId: string) =>
  isLive(session) && session.approval?.approvalId === approvalId ? session.approval.decided : null
