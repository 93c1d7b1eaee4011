import { err, newId, ok } from '@mosaic/contracts/kernel'
import type { SessionQuality } from '@mosaic/contracts/quality'
import { persistently } from '@mosaic/event-store'
import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import type { Verdict } from '../../gates/index.ts'
import type { Approve, Candidate, GitResult } from '../../git/index.ts'
import { gateRunOf } from './gate-run.ts'
import { rejectionText } from './rejection-text.ts'
import type { Run } from './run.ts'

/** What decides whether the session's commits stand, and go out; nothing of sessions from before there were gates. */
export function approverOf(run: Run): Approve | undefined {
  const { session } = run.journal
  const quality = isLive(session) ? session.spec.quality : null
  if (!quality) return undefined
  return (candidate) => approve(run, quality, candidate)
}

async function approve(run: Run, { profile, yolo }: SessionQuality, candidate: Candidate): Promise<GitResult<void>> {
  const { deps, journal } = run
  const { session, sessionId } = journal
  if (!isLive(session)) return blocked('the session has ended')
  const { stage, commit, tree } = candidate
  if (yolo || deps.quality.isYolo) {
    const { taskId } = session.spec
    const said = deps.quality.isYolo
      ? ({ by: 'instance', saidBy: null } as const)
      : ({ by: 'session', saidBy: await persistently(() => deps.quality.whoSaid(session.spec), run.halted) } as const)
    const skipped = { taskId, stage, commit, tree, ...said }
    const recorded = await run.record({ type: 'SkipQualityGates', ...skipped })
    return recorded.ok ? ok(undefined) : blocked(recorded.error.message)
  }
  // The same tree has passed the same gates.
  if (session.checks.approved.includes(tree)) return ok(undefined)
  const check = { checkId: newId(), stage, profile, commit, tree }
  const asked = await run.record({ type: 'RequestQualityCheck', ...check })
  if (!asked.ok) return blocked(asked.error.message)
  // A reviewer needs a place as well: whoever waits for it lends its own.
  const verdict = await deps.whileWaiting(sessionId, () => ask(run, session, check))
  const answered = verdict.ok
    ? { ...verdict.value, blocked: null }
    : { approved: false, gates: [], blocked: run.redactor.text(verdict.error) }
  await run.record({ type: 'CompleteQualityCheck', ...check, ...answered })
  if (!verdict.ok) return blocked(verdict.error)
  return verdict.value.approved ? ok(undefined) : rejected(verdict.value)
}

type Check = Candidate & Pick<SessionQuality, 'profile'> & { readonly checkId: string }

async function ask(run: Run, session: LiveSession, check: Check) {
  const { deps, journal, workspaceId, halted } = run
  const made = await persistently(() => gateRunOf(run, session, check.commit), halted)
  if (!made.ok) return made
  const { repository, baseBranch, baseCommit, settings, runGates } = made.value
  const { sessionId } = journal
  const request = {
    ...check,
    sessionId,
    taskId: session.spec.taskId,
    workspaceId,
    repository,
    baseBranch,
    baseCommit,
    settings,
    worker: deps.quality.worker(),
  }
  const asking = deps.quality.candidates.during({ checkId: check.checkId, sessionId, run: runGates }, () =>
    deps.quality.ask(request, halted),
  )
  // A kill is proved only once nothing of the gates runs any more.
  run.checking = asking.catch(() => undefined)
  return asking
}

function rejected({ gates }: Verdict): GitResult<never> {
  const failed = gates.filter(({ passed }) => !passed).map(({ name }) => name)
  return err({ code: 'GATES_REJECTED', message: rejectionText(gates), details: { gates: failed } })
}

const blocked = (why: string): GitResult<never> =>
  err({
    code: 'GATES_BLOCKED',
    message: `whether this passes its quality gates cannot be decided now (${why}), so it does not pass. Your changes are still there: try again later.`,
  })
