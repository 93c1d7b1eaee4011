import { isLive } from '../../../domain/agent-session/index.ts'
import { isOver, type RosterEntry } from '../../../process-manager/roster.ts'
import type { ToolInput } from '../../../tools/index.ts'
import { isInterrupted, type Run } from '../run.ts'
import { failed, type Finding } from './finding.ts'

const defaultSeconds = 1800

/**
 * Waits until the agents have ended. An operator's message does not wait with it: it is answered at once how things
 * stand, so that the message reaches the model before it goes on waiting.
 */
export async function waitForAgents(run: Run, input: ToolInput<'wait_for_agents'>): Promise<Finding | undefined> {
  const { roster } = run.deps
  const ids = input.session_ids ?? roster.children(run.journal.sessionId).map(({ summary }) => summary.sessionId)
  const unknown = ids.find((id) => !isOfMission(run, roster.get(id)))
  if (unknown !== undefined) return failed(`there is no agent ${unknown} in this mission`)
  const entries = () => ids.map((id) => roster.get(id)!)
  const hasMessage = () => isLive(run.journal.session) && run.journal.session.inbox.length > 0
  run.activity = 'idle'
  await run.until(() => entries().every(isOver) || hasMessage() || isInterrupted(run), {
    timeoutMs: (input.timeout_seconds ?? defaultSeconds) * 1000,
    anySession: true,
  })
  run.activity = 'busy'
  if (isInterrupted(run)) return undefined
  return { content: JSON.stringify(entries().map(toAnswer)), isError: false }
}

function isOfMission({ journal: { session } }: Run, entry: RosterEntry | undefined): boolean {
  return session.status !== 'none' && entry !== undefined && entry.summary.missionId === session.spec.missionId
}

const toAnswer = ({ summary: { sessionId, agentType, status, branch }, outcome }: RosterEntry) => ({
  sessionId,
  agentType,
  status,
  branch,
  summary: outcome,
})
