import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { Worktree } from '../../git/index.ts'
import { type Sandbox, type SandboxProvider, type SandboxSpec, SandboxStartError } from '../../sandbox/index.ts'
import type { Extras } from '../../setup/index.ts'
import { worktreeAsked, worktreePlace } from './asked.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'
import { tellConnections } from './tell-connections.ts'

/** A session's worktree, and what makes sandboxes for it. */
export type Ground = { readonly worktree: Worktree; readonly provider: SandboxProvider; readonly workdir?: string }

const beginning = { timeoutMs: 120_000, maxOutputBytes: 2_000 }

/** Makes a sandbox on the worktree, where a kill finds it: what is being made is waited for, what is made is ended. */
export async function occupy(run: Run, ground: Ground, extras: Extras): Promise<Sandbox> {
  run.halted.throwIfAborted()
  await run.stillOurs()
  const making = makeSandbox(run, ground, extras).then((made) => {
    const { worktree, workdir = '.' } = ground
    run.workplace = { sandbox: made, worktree, workdir, network: extras.network ?? { kind: 'none' } }
    return made
  })
  run.makingSandbox = making.catch(() => undefined)
  const sandbox = await making
  run.halted.throwIfAborted()
  return sandbox
}

/** Ends what runs in the sandbox, and leaves no trace of it: another may be made. */
export async function leave(run: Run): Promise<void> {
  const { workplace } = run
  if (!workplace) return
  const leaving = workplace.sandbox.dispose()
  run.makingSandbox = leaving.catch(() => undefined)
  await leaving
  run.workplace = undefined
}

async function makeSandbox(run: Run, { worktree, provider }: Ground, { first, ...extras }: Extras): Promise<Sandbox> {
  const { sessionId } = run.journal
  const begun = run.deps.precedence.begin()
  try {
    const spec: SandboxSpec = {
      ...extras,
      sessionId,
      worktreePath: worktree.path,
      readOnlyPaths: [worktree.mirrorPath, worktree.gitPath, ...(extras.readOnlyPaths ?? [])],
      onConnections: (connections) => tellConnections(run, connections),
      signal: run.halted,
    }
    const sandbox = await run.deps.sandboxTurns(() => {
      run.halted.throwIfAborted()
      return provider.create(spec)
    })
    if (first !== undefined) await begin(run, sandbox, first)
    return sandbox
  } catch (error) {
    run.halted.throwIfAborted()
    if (error instanceof SandboxStartError) throw new SessionFailure('SANDBOX_FAILED', error.message, { cause: error })
    throw new SessionFailure('SANDBOX_FAILED', 'the sandbox could not be made', { cause: error })
  } finally {
    begun()
  }
}

/** What it could not do the agent can do without, or will see for itself. */
async function begin(run: Run, sandbox: Sandbox, first: string): Promise<void> {
  const { exitCode, stderr } = await sandbox.exec(first, { ...beginning, signal: run.halted })
  const { sessionId } = run.journal
  if (exitCode !== 0) run.deps.logger.warn({ sessionId, stderr }, 'a sandbox could not be made ready as a whole')
}

/** A session that is picked up gets the kind of sandbox that it had. */
export async function providerFor(run: Run, { spec, place }: LiveSession): Promise<SandboxProvider> {
  const chosen = await run.deps.chooseSandbox(
    worktreePlace(place)?.sandbox.kind ?? worktreeAsked(spec).sandbox ?? undefined,
  )
  if (!chosen.ok) throw new SessionFailure('SANDBOX_FAILED', chosen.error.message)
  for (const { kind, reason } of chosen.value.passedOver) {
    run.deps.logger.debug({ sessionId: spec.sessionId, kind, reason }, 'a better sandbox did not answer')
  }
  return chosen.value.provider
}
