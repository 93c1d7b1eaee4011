import { uuidv5 } from '@mosaic/event-store'
import { z } from 'zod'
import { isLive } from '../../domain/agent-session/index.ts'
import { isOver } from '../../sessions/roster.ts'
import { defineTool } from '../define-tool.ts'
import { branch, line } from '../inputs.ts'
import { ToolRefusal } from '../refusal.ts'

const readyMs = 120_000
const inLine = { queued: 'It starts when its turn comes. wait_for_agents waits for it, and tells its branch.' }

/**
 * Spawns another agent and waits until it has its branch. Session and command ids follow from the call's, so that a
 * call that is repeated after a crash spawns once.
 */
export const spawnAgent = defineTool({
  name: 'spawn_agent',
  description:
    'Starts another agent on a task of its own, with its own sandbox, worktree and branch. It runs while you go on.',
  runs: 'waiting',
  repeatable: true,
  input: z.strictObject({
    task: line(64_000).describe('Everything that the agent needs to know; it sees nothing else.'),
    agent_type: z.enum(['worker', 'reviewer', 'tester', 'lead']),
    name: line(80).optional().describe('What people will see it as, e.g. its role in two words.'),
    branch: branch.optional().describe('Where its work begins. Default: the branch that you began from.'),
  }),
  async execute(input, { callId, session }) {
    const { sessionId: parentId, state, roster } = session
    if (!isLive(state)) return undefined
    const { workplace } = state.spec
    if (workplace.kind !== 'worktree') throw new ToolRefusal('NO_REPOSITORY', 'You have no repository to share.')
    const sessionId = uuidv5(`${parentId}/${callId}/session`)
    const spawned = await session.spawnChild({
      sessionId,
      commandId: uuidv5(`${parentId}/${callId}/spawn`),
      parent: state.spec,
      workspaceId: session.workspaceId,
      task: input.task,
      agentType: input.agent_type,
      ...(input.name !== undefined && { name: input.name }),
      branch: input.branch ?? workplace.baseBranch,
    })
    if (!spawned.ok) throw new ToolRefusal(spawned.error.code, spawned.error.message)
    const settled = () => {
      const known = roster.get(sessionId)
      return known !== undefined && (known.summary.branch !== null || known.summary.queued !== null || isOver(known))
    }
    await session.wait(() => settled() || session.isInterrupted, { timeoutMs: readyMs, anySession: true })
    if (!settled() && session.isInterrupted) return undefined
    const known = roster.get(sessionId)
    if (known && isOver(known) && known.summary.branch === null) {
      const message = `the agent ${sessionId} did not start: ${known.outcome ?? known.summary.status}`
      throw new ToolRefusal('AGENT_NOT_STARTED', message)
    }
    const answer = { sessionId, branch: known?.summary.branch ?? null, ...(known?.summary.queued && inLine) }
    return { content: JSON.stringify(answer), details: { sessionId } }
  },
})
