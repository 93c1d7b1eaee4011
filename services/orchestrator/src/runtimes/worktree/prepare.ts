import { persistently } from '@mosaic/event-store'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { EmptyWorktree } from '../../git/index.ts'
import { endLeftovers } from './leftovers.ts'
import type { Run } from './run.ts'
import { restoredWords } from './restored-words.ts'
import { SessionFailure } from './session-failure.ts'
import type { WorktreePlace } from './asked.ts'
import { Entrance } from './entrance.ts'
import { lostCalls } from './lost-calls.ts'
import { makeWorktree } from './make-worktree.ts'
import { setUp } from './set-up.ts'
import { toTell } from './tell.ts'
import { providerFor } from './workplace.ts'

/** Makes the worktree, sets it up, and makes the sandbox; or finds the worktree of an earlier run again. Tells the model its task. */
export async function prepare(run: Run, session: LiveSession): Promise<void> {
  await run.stillOurs()
  // First, so that nothing of an earlier run writes into the worktree any more.
  await endLeftovers(run, session.spec, session.place).catch((error: unknown) => {
    throw new SessionFailure('SANDBOX_FAILED', 'what is left of the last sandbox cannot be ended', { cause: error })
  })
  const isNew = !run.pickedUp && session.place === null && run.makingWorktree === undefined
  const provider = await providerFor(run, session)
  const entrance = new Entrance(run, provider, session.spec.network)
  const onPlaced = async (empty: EmptyWorktree) => {
    if (!isNew) return
    void run.mind.thinkAhead(empty, { entrance, sandbox: provider.kind })
    await run.deps.spawns.settled(run.halted)
  }
  const makingWorktree = makeWorktree(run, session, { isNew, writeInside: entrance.writeInside, onPlaced })
  run.makingWorktree = makingWorktree.catch(() => undefined)
  const worktree = await makingWorktree
  run.halted.throwIfAborted()
  await run.stillOurs()
  const { snapshot, provision } = await entrance.furniture(worktree)
  const isAnew = worktree.restored !== undefined
  if (provision && (!session.started || isAnew)) await setUp(run, provision, { worktree, provider })
  const sandbox = await entrance.enter(worktree)
  const place: WorktreePlace = {
    kind: 'worktree',
    sandbox: { kind: sandbox.kind, id: sandbox.id, guarantees: sandbox.guarantees },
    worktree: worktree.path,
    branch: worktree.branch,
    baseCommit: worktree.baseCommit,
  }
  const { submodules, restored } = worktree
  const where = { ...worktree, sandbox: sandbox.kind }
  const told = await toTell(run, session, where, { submodules, restored, snapshot, provision })
  // Picked up while it is paused or waits for an answer, it stays so.
  const goesOn = session.status === 'spawning' || session.status === 'running'
  await run.record({ type: 'RecordBegun', place, starts: goesOn ? { resumed: session.started } : null, told })
  // The agent goes on by what it remembers, which is not quite what there is.
  if (restored?.state === 'lost') {
    run.deps.logger.error(
      { sessionId: session.spec.sessionId },
      'what a session had not committed is nowhere to be found',
    )
  }
  if (restored && session.started) {
    const facts = await persistently(() => run.journal.facts(), run.stopping)
    run.remark = restoredWords(restored, lostCalls(facts, session, worktree), run.missing)
  }
}
