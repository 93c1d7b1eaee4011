import { type AgentSessionEvent, agentSessionEvents, agentSessionStream } from '@mosaic/contracts/agent-session'
import type { ApprovalPolicy, CheckedCall, CheckedPolicy } from '@mosaic/contracts/approval'
import type { EventStore, LogEvent } from '@mosaic/event-store'
import { judge, judgedOf, shorten, textOf } from '../../approvals/index.ts'

/** So many calls are answered, the newest of a session. */
const mostCalls = 1000

const isSessions = (event: LogEvent): event is LogEvent & AgentSessionEvent =>
  Object.hasOwn(agentSessionEvents, event.type)

/** What a policy would have said to the calls that a session has made, from the log; `undefined`: there is no such session. */
export async function checkedCalls(
  store: Pick<EventStore, 'readStream'>,
  of: { readonly policy: ApprovalPolicy; readonly sessionId: string; readonly workspaceId: string },
): Promise<CheckedPolicy | undefined> {
  const policies = [{ of: 'task' as const, policy: of.policy }]
  const calls: CheckedCall[] = []
  const decided = new Map<string, CheckedCall['decided']>()
  const asked = new Map<string, string>()
  let [isKnown, more, spentUsd, worktree] = [false, false, 0, undefined as string | undefined]
  for await (const item of store.readStream(agentSessionStream.of(of.sessionId))) {
    if (item.kind !== 'event' || !isSessions(item.event)) continue
    if (item.event.metadata.workspaceId !== of.workspaceId) return undefined
    isKnown = true
    const event: AgentSessionEvent = item.event
    if (event.type === 'MessageRecorded') spentUsd += event.data.usage?.costUsd ?? 0
    if (event.type === 'AgentSpawned' && event.data.place.kind === 'worktree') worktree = event.data.place.worktree
    if (event.type === 'ApprovalRequested') asked.set(event.data.approvalId, event.data.toolCallId)
    if (event.type === 'ApprovalDecided') decided.set(asked.get(event.data.approvalId) ?? '', event.data.decision)
    if (event.type === 'CallJudged') decided.set(event.data.toolCallId, event.data.decision)
    if (event.type !== 'ToolInvoked') continue
    const { toolCallId, turn, name: tool, input } = event.data
    const said = judge(policies, judgedOf({ tool, input }, spentUsd, worktree))
    const { shown } = shorten(textOf({ tool, input }))
    const { effect = 'allow' as const, because = null } = said ?? {}
    calls.push({ toolCallId, turn, tool, shown, effect, because, decided: decided.get(toolCallId) ?? null })
    if (calls.length > mostCalls) more = calls.shift() !== undefined
  }
  return isKnown ? { calls, more } : undefined
}
