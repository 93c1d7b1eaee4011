import type { SandboxKind } from '@mosaic/contracts/agent-session'
import { isLive } from '../../domain/agent-session/index.ts'
import type { EmptyWorktree } from '../../git/index.ts'
import { isLimited } from './budget/may-call.ts'
import type { Entrance } from './entrance.ts'
import type { Run } from './run.ts'
import { toTell } from './tell.ts'

/** How a session comes to its sandbox, and of which kind that will be. */
export type Ahead = { readonly entrance: Entrance; readonly sandbox: SandboxKind }

/** As long as there are no files one does not know what became of submodules, or of what is to be set up. */
const noSubmodules = { filled: [], empty: [] }

/**
 * Asks the model while the worktree's files are being written, where nothing more can come to be known that it has to be
 * told. What goes wrong here goes wrong again when it is asked in its turn, and is said then.
 */
export async function askAhead(run: Run, empty: EmptyWorktree, { entrance, sandbox }: Ahead): Promise<void> {
  try {
    const furniture = await entrance.furniture(empty)
    const { snapshot, provision } = furniture
    if ((provision?.steps.length ?? 0) > 0 || (await snapshot.hasSubmodules())) return
    const { session } = run.journal
    if (!isLive(session) || session.spec.predecessor?.how === 'continued') return
    if (await isLimited(run, session)) return
    const told = await toTell(run, session, { ...empty, sandbox }, { ...furniture, submodules: noSubmodules })
    await run.stillOurs()
    if (goesOn(run)) await run.firstQuestion.ask(run, session, told)
  } catch (error) {
    const { sessionId } = run.journal
    if (!run.halted.aborted) run.deps.logger.debug({ sessionId, err: error }, 'the model is not asked beforehand')
  }
}

/** Nobody wants anything else of it. */
function goesOn({ journal: { session } }: Run): boolean {
  if (session.status !== 'spawning') return false
  return !session.kill && !session.terminate && session.control === 'none' && session.inbox.length === 0
}
