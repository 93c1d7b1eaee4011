import { uuidv5 } from '@mosaic/event-store'
import { persistently } from '../../persistently.ts'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { branchNameOf, type GitErrorCode, type Snapshot, type Worktree } from '../../git/index.ts'
import { readInstructions } from '../../repositories/index.ts'
import { endLeftovers } from './leftovers.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'
import { systemPrompt } from './system-prompt.ts'
import { worktreeAsked, type WorktreePlace, worktreePlace } from './asked.ts'
import { provisionFor } from './provision-for.ts'
import { setUp } from './set-up.ts'
import { occupy, providerFor } from './workplace.ts'

const unreachable: ReadonlySet<GitErrorCode> = new Set([
  'REPOSITORY_NOT_FOUND',
  'REPOSITORY_UNREACHABLE',
  'REPOSITORY_NOT_ALLOWED',
  'GIT_TIMEOUT',
])

/** Makes the worktree, sets it up, and makes the sandbox; or finds the worktree of an earlier run again. Tells the model its task. */
export async function prepare(run: Run, session: LiveSession): Promise<void> {
  await run.stillOurs()
  // First, so that nothing of an earlier run writes into the worktree any more.
  await endLeftovers(run, session.spec, session.place).catch((error: unknown) => {
    throw new SessionFailure('SANDBOX_FAILED', 'what is left of the last sandbox cannot be ended', { cause: error })
  })
  const makingWorktree = makeWorktree(run, session)
  run.makingWorktree = makingWorktree.catch(() => undefined)
  const worktree = await makingWorktree
  run.halted.throwIfAborted()
  await run.stillOurs()
  const ground = { worktree, provider: await providerFor(run, session) }
  const snapshot = await snapshotOf(run, worktree)
  const provision = await provisionFor(run, snapshot, ground)
  if (provision && !session.started) await setUp(run, provision, ground)
  const sandbox = await occupy(run, { ...ground, workdir: provision?.workdir ?? '.' }, provision?.sandbox ?? {})
  const place: WorktreePlace = {
    kind: 'worktree',
    sandbox: { kind: sandbox.kind, id: sandbox.id, guarantees: sandbox.guarantees },
    worktree: worktree.path,
    branch: worktree.branch,
    baseCommit: worktree.baseCommit,
  }
  await run.record({ type: 'RecordSpawned', place })
  // Picked up while it is paused or waits for an answer, it stays so.
  if (session.status === 'spawning' || session.status === 'running') {
    await run.record({ type: 'RecordStarted', resumed: session.started })
  }
  const { submodules, restored } = worktree
  const instructions = await readInstructions(snapshot, provision?.workdir ?? '.')
  await tellTask(run, session, systemPrompt(session.spec, place, { submodules, restored, provision, instructions }))
}

/** The commit that the session began at, whatever stands at its branch by now. */
async function snapshotOf({ deps }: Run, { repository, baseBranch, baseCommit }: Worktree): Promise<Snapshot> {
  const found = await deps.git.snapshot(repository, { branch: baseBranch, commit: baseCommit })
  if (found.ok) return found.value
  throw new SessionFailure('WORKTREE_FAILED', found.error.message)
}

async function tellTask(run: Run, { spec }: LiveSession, system: string): Promise<void> {
  await persistently(() => run.journal.recall(), run.stopping)
  const { transcript } = run.journal
  const message = (role: 'system' | 'user', text: string) => ({
    type: 'RecordMessage' as const,
    messageId: uuidv5(`${spec.sessionId}/${role}`),
    turn: 0,
    role,
    content: [{ type: 'text' as const, text }],
    usage: null,
    stopReason: null,
    model: null,
  })
  if (transcript.system === null) await run.record(message('system', system))
  if (!transcript.isTasked) await run.record(message('user', spec.task))
}

async function makeWorktree(run: Run, { spec, place }: LiveSession): Promise<Worktree> {
  const { sessionId, taskId } = spec
  const { repository, baseBranch, from } = worktreeAsked(spec)
  try {
    const before = await persistently(() => run.journal.predecessor(), run.stopping)
    const earlier = before?.status === 'none' ? null : worktreePlace(before?.place ?? null)
    // A name outlives every redaction of the log.
    const named = branchNameOf(run.deps.redactor.text(spec.task), sessionId)
    const branch = (worktreePlace(place) ?? earlier)?.branch ?? named
    const kept = before && 'work' in before ? (before.work.kept?.commit ?? null) : null
    const request = {
      repository,
      baseBranch,
      from,
      branch,
      agentId: sessionId,
      taskId,
      ...(earlier && { continues: { baseCommit: earlier.baseCommit, kept } }),
    }
    const made = await run.deps.git.createWorktree(request)
    if (made.ok) return made.value
    const code = unreachable.has(made.error.code) ? 'REPOSITORY_UNREACHABLE' : 'WORKTREE_FAILED'
    throw new SessionFailure(code, made.error.message)
  } catch (error) {
    if (error instanceof SessionFailure) throw error
    throw new SessionFailure('WORKTREE_FAILED', 'the worktree could not be made', { cause: error })
  }
}
