import { keptWords } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import type { ComparedAttempt } from '@mosaic/contracts/task'
import { oneLine } from '../../format/text.ts'

type Chosen = {
  readonly attempt: Pick<ComparedAttempt, 'commits' | 'gates'>
  readonly session: Pick<SessionView, 'sessionId' | 'uncommitted' | 'isPruned'>
}

/** What somebody ought to know before they take an attempt for good. */
export function doubtsAbout({ attempt: { commits, gates }, session }: Chosen): string[] {
  const blocked = gates?.state === 'decided' ? gates.blocked : null
  return [
    ...(commits === 0 ? ['It has committed nothing: there is nothing to land.'] : []),
    ...(session.uncommitted && !session.isPruned
      ? [
          `${keptWords(session.uncommitted)}: these do not land unless they are on its branch (mosaic work keep ${session.sessionId}).`,
        ]
      : []),
    ...(blocked !== null ? [`Its gates could not decide: ${oneLine(blocked, 100)}`] : []),
    ...(gates?.state === 'decided' && !gates.approved && blocked === null
      ? [`Its gates have failed: ${failedNames(gates.gates)}.`]
      : []),
    ...(gates?.state === 'open' ? ['Its gates have not decided yet.'] : []),
  ]
}

const failedNames = (gates: readonly { readonly name: string; readonly result: string }[]): string =>
  gates.flatMap(({ name, result }) => (result === 'failed' ? [name] : [])).join(', ')

/** How what was taken gets onto its base, as it is. */
export function wayOn(taskId: string, { attempt, session }: Chosen): string {
  const land = `mosaic work land ${taskId}`
  if (session.uncommitted && !session.isPruned)
    return `What it had not committed: mosaic work keep ${session.sessionId}; then: ${land}`
  return attempt.commits === 0 ? 'It has nothing to land.' : `Its work is landed by "${land}".`
}
