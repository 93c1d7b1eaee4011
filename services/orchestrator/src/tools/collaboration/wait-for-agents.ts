import { z } from 'zod'
import { isLive } from '../../domain/agent-session/index.ts'
import { isOver, type RosterEntry } from '../../sessions/roster.ts'
import type { ToolSession } from '../contract.ts'
import { defineTool } from '../define-tool.ts'
import { seconds } from '../inputs.ts'
import { ToolRefusal } from '../refusal.ts'

const defaultSeconds = 1800

/**
 * An operator's message does not wait with the agent: it is answered at once how things stand, so that the message
 * reaches the model before it goes on waiting.
 */
export const waitForAgents = defineTool({
  name: 'wait_for_agents',
  description: 'Waits until agents have ended and answers status, branch and summary of each.',
  runs: 'waiting',
  repeatable: true,
  waitsForOthers: true,
  input: z.strictObject({
    session_ids: z.array(z.string().min(1)).min(1).max(100).optional().describe('Default: all that you spawned.'),
    timeout_seconds: seconds(86_400).optional(),
  }),
  async execute(input, { session }) {
    const { roster } = session
    const ids = input.session_ids ?? roster.children(session.sessionId).map(({ summary }) => summary.sessionId)
    const unknown = ids.find((id) => !isOfMission(session, roster.get(id)))
    if (unknown !== undefined) throw new ToolRefusal('AGENT_NOT_FOUND', `There is no agent ${unknown} in this mission.`)
    const entries = () => ids.map((id) => roster.get(id)!)
    const hasMessage = () => isLive(session.state) && session.state.inbox.length > 0
    await session.wait(() => entries().every(isOver) || hasMessage() || session.isInterrupted, {
      timeoutMs: (input.timeout_seconds ?? defaultSeconds) * 1000,
      anySession: true,
    })
    if (session.isInterrupted) return undefined
    return { content: JSON.stringify(entries().map(toAnswer)), details: { agents: ids.length } }
  },
})

function isOfMission({ state }: ToolSession, entry: RosterEntry | undefined): boolean {
  return state.status !== 'none' && entry !== undefined && entry.summary.missionId === state.spec.missionId
}

const toAnswer = ({ summary: { sessionId, agentType, status, branch }, outcome }: RosterEntry) => ({
  sessionId,
  agentType,
  status,
  branch,
  summary: outcome,
})
