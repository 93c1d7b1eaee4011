import { isLive } from '../../domain/agent-session/index.ts'
import type { TranscriptMessage } from '../../journal/transcript.ts'
import { commitChanges, nudge, type Run } from '../worktree/index.ts'

/** So often an agent is told why its changes were not committed; after that they are kept beside its branch. */
const mostRejections = 3
const rejected = 'Your changes were not committed:'

/** Commits what an agent has changed in its turn, as the checks of its repository let it. What they say, it is told. */
export async function commitTurn(run: Run): Promise<void> {
  const { session, transcript } = run.journal
  if (!isLive(session)) return
  const why = await commitChanges(run, `turn-${session.turn}`, messageOf(transcript.lastText))
  if (why === undefined || timesRejected(transcript.messages) >= mostRejections) return
  await nudge(run, `${rejected}\n\n${why}\n\nMend it; it is tried again when your turn ends.`)
}

const timesRejected = (messages: readonly TranscriptMessage[]): number =>
  messages.filter(({ content }) => content.some((block) => block.type === 'text' && block.text.startsWith(rejected)))
    .length

/** The summary as git wants it, and all of what was said below it. */
function messageOf(said: string): string {
  const text = said.trim() || 'Work of the agent'
  const [first = ''] = text.split('\n', 1)
  const summary = first.length <= 72 ? first : `${first.slice(0, 69).trimEnd()}…`
  return (summary === text ? summary : `${summary}\n\n${text}`).slice(0, 10_000)
}
