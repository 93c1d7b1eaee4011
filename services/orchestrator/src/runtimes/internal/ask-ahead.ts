import { isLive } from '../../domain/agent-session/index.ts'
import type { EmptyWorktree } from '../../git/index.ts'
import { type Ahead, isLimited, type Run, toTell } from '../worktree/index.ts'
import type { FirstQuestion } from './first-question.ts'

/** As long as there are no files one does not know what became of submodules, or of what is to be set up. */
const noSubmodules = { filled: [], empty: [] }

/**
 * Asks the model while the worktree's files are being written, where nothing more can come to be known that it has to be
 * told. What goes wrong here goes wrong again when it is asked in its turn, and is said then.
 */
export async function askAhead(
  run: Run,
  firstQuestion: FirstQuestion,
  { empty, entrance, sandbox }: Ahead & { readonly empty: EmptyWorktree },
): Promise<void> {
  try {
    const furniture = await entrance.furniture(empty)
    const { snapshot, provision } = furniture
    if ((provision?.steps.length ?? 0) > 0 || (await snapshot.hasSubmodules())) return
    const { session } = run.journal
    if (!isLive(session) || session.spec.predecessor?.how === 'continued') return
    if (await isLimited(run, session)) return
    const told = await toTell(run, session, { ...empty, sandbox }, { ...furniture, submodules: noSubmodules })
    await run.stillOurs()
    if (goesOn(run)) await firstQuestion.ask(run, session, told)
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
