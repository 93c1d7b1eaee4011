import { uuidv5 } from '@mosaic/event-store'
import type { LiveSession, Spec } from '../../domain/agent-session/index.ts'
import type { GitErrorCode, Worktree } from '../../git/index.ts'
import { type Sandbox, type SandboxProvider, SandboxStartError } from '../../sandbox/index.ts'
import { endLeftovers } from './leftovers.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'
import { systemPrompt } from './system-prompt.ts'
import { tellConnections } from './tell-connections.ts'
import { worktreeAsked, type WorktreePlace, worktreePlace } from './asked.ts'

const unreachable: ReadonlySet<GitErrorCode> = new Set([
  'REPOSITORY_NOT_FOUND',
  'REPOSITORY_UNREACHABLE',
  'REPOSITORY_NOT_ALLOWED',
  'GIT_TIMEOUT',
])

/** Makes the worktree and the sandbox, or finds the worktree of an earlier run again, and tells the model its task. */
export async function prepare(run: Run, session: LiveSession): Promise<void> {
  await run.stillOurs()
  // First, so that nothing of an earlier run writes into the worktree any more.
  await endLeftovers(run, session.spec, session.place).catch((error: unknown) => {
    throw new SessionFailure('SANDBOX_FAILED', 'what is left of the last sandbox cannot be ended', { cause: error })
  })
  const makingWorktree = makeWorktree(run, session.spec)
  run.makingWorktree = makingWorktree.catch(() => undefined)
  const worktree = await makingWorktree
  run.halted.throwIfAborted()
  await run.stillOurs()
  const makingSandbox = makeSandbox(run, session, worktree).then((made) => {
    run.workplace = { sandbox: made, worktree }
    return made
  })
  run.makingSandbox = makingSandbox.catch(() => undefined)
  const sandbox = await makingSandbox
  run.halted.throwIfAborted()
  const place: WorktreePlace = {
    kind: 'worktree',
    sandbox: { kind: sandbox.kind, id: sandbox.id },
    worktree: worktree.path,
    branch: worktree.branch,
    baseCommit: worktree.baseCommit,
  }
  await run.record({ type: 'RecordSpawned', place })
  // Picked up while it is paused or waits for an answer, it stays so.
  if (session.status === 'spawning' || session.status === 'running') {
    await run.record({ type: 'RecordStarted', resumed: session.started })
  }
  await tellTask(run, session, systemPrompt(session.spec, place, worktree.submodules))
}

async function tellTask(run: Run, { spec }: LiveSession, system: string): Promise<void> {
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
  if (transcript.messages.length === 0) await run.record(message('user', spec.task))
}

async function makeWorktree(run: Run, spec: Spec): Promise<Worktree> {
  const { sessionId, taskId } = spec
  const { repository, baseBranch } = worktreeAsked(spec)
  try {
    const made = await run.deps.git.createWorktree({ repository, baseBranch, agentId: sessionId, taskId })
    if (made.ok) return made.value
    const code = unreachable.has(made.error.code) ? 'REPOSITORY_UNREACHABLE' : 'WORKTREE_FAILED'
    throw new SessionFailure(code, made.error.message)
  } catch (error) {
    if (error instanceof SessionFailure) throw error
    throw new SessionFailure('WORKTREE_FAILED', 'the worktree could not be made', { cause: error })
  }
}

async function makeSandbox(run: Run, session: LiveSession, worktree: Worktree): Promise<Sandbox> {
  const provider = await chooseProvider(run, session)
  const { sessionId } = session.spec
  try {
    return await provider.create({
      sessionId,
      worktreePath: worktree.path,
      readOnlyPaths: [worktree.mirrorPath, worktree.gitPath],
      onConnections: (connections) => tellConnections(run, connections),
    })
  } catch (error) {
    if (error instanceof SandboxStartError) throw new SessionFailure('SANDBOX_FAILED', error.message, { cause: error })
    throw new SessionFailure('SANDBOX_FAILED', 'the sandbox could not be made', { cause: error })
  }
}

/** A session that is picked up gets the kind of sandbox that it had. */
async function chooseProvider(run: Run, { spec, place }: LiveSession): Promise<SandboxProvider> {
  const chosen = await run.deps.chooseSandbox(
    worktreePlace(place)?.sandbox.kind ?? worktreeAsked(spec).sandbox ?? undefined,
  )
  if (!chosen.ok) throw new SessionFailure('SANDBOX_FAILED', chosen.error.message)
  for (const { kind, reason } of chosen.value.passedOver) {
    run.deps.logger.debug({ sessionId: spec.sessionId, kind, reason }, 'a better sandbox did not answer')
  }
  return chosen.value.provider
}
