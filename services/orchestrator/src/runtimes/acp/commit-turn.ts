import { uuidv5 } from '@mosaic/event-store'
import { isLive } from '../../domain/agent-session/index.ts'
import type { TranscriptMessage } from '../../journal/transcript.ts'
import { commit, executeTool } from '../../tools/index.ts'
import { approverOf, nudge, type Run, trailersOf, unlessHalted } from '../worktree/index.ts'

/** So often an agent is told why its changes were not committed; after that they are kept beside its branch. */
const mostRejections = 3
const rejected = 'Your changes were not committed:'

/** Commits what an agent has changed in its turn, as the checks of its repository let it. What they say, it is told. */
export async function commitTurn(run: Run): Promise<void> {
  const { workplace, journal, deps, redactor, halted } = run
  const { session, sessionId, transcript } = journal
  if (!workplace || !isLive(session)) return
  const { worktree, sandbox } = workplace
  if ((await deps.git.changedFiles(worktree, sandbox)).length === 0) return
  const callId = `turn-${session.turn}`
  const outcome = await unlessHalted(
    halted,
    executeTool(commit, {
      input: { message: messageOf(transcript.lastText) },
      context: {
        callId,
        sessionId,
        trailers: trailersOf(run),
        allowedSecrets: session.work.allowed,
        secretRules: run.secretRules,
        approve: approverOf(run),
        git: deps.git,
        signal: halted,
        ...workplace,
      },
      redactor,
      seam: run.seams.shown,
    }),
  )
  if (outcome?.fact) await run.record(outcome.fact, uuidv5(`${sessionId}/${callId}/commit`))
  if (!outcome?.isError || timesRejected(transcript.messages) >= mostRejections) return
  await nudge(run, `${rejected}\n\n${outcome.content}\n\nMend it; it is tried again when your turn ends.`)
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
