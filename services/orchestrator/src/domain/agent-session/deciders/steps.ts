import type { CommandOf } from '../commands.ts'
import type { LiveSession } from '../state.ts'
import {
  beingKilled,
  type Deciders,
  type EndedDeciders,
  factOf,
  isOver,
  nothing,
  only,
  outOfOrder,
} from './decision.ts'

/** What the agent does turn by turn: its model, its tools, its connections. */
export const steps = {
  RecordMessage: (command, live) => {
    const recorded = { type: 'MessageRecorded', data: factOf(command, live) } as const
    // What an agent of another maker says is none of its model's answers.
    if (!live.modelWait || command.role !== 'agent' || command.model === null) return only(recorded)
    const { turn } = command
    return only({ type: 'ModelCallResumed', data: { sessionId: live.spec.sessionId, turn } }, recorded)
  },
  RecordUnheard: (command, live) => only({ type: 'ModelAnswerUnheard', data: factOf(command, live) }),
  RecordTexts: (command, live) => only({ type: 'ModelTextsRecorded', data: factOf(command, live) }),
  RecordRelayed: (command, live) => {
    const relayed = { type: 'ModelCallRelayed', data: factOf(command, live) } as const
    if (!live.modelWait || command.outcome !== 'answered') return only(relayed)
    return only({ type: 'ModelCallResumed', data: { sessionId: live.spec.sessionId, turn: command.turn } }, relayed)
  },
  DeferModelCall: (command, live) => {
    if (live.kill) return beingKilled()
    return only({ type: 'ModelCallDeferred', data: factOf(command, live) })
  },
  ChangeModel: (command, live) => {
    if (live.kill) return beingKilled()
    return only({ type: 'ModelChanged', data: factOf(command, live) })
  },
  RecordProgram: (command, live) => {
    if (live.kill) return beingKilled()
    return only({ type: 'AgentProgramStarted', data: factOf(command, live) })
  },
  CompactContext: (command, live) => {
    if (live.kill) return beingKilled()
    return only({ type: 'ContextCompacted', data: factOf(command, live) })
  },
  InvokeTool: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.toolCallId === command.toolCallId) return nothing
    if (live.toolCallId !== null) return outOfOrder(`the tool call ${live.toolCallId} has not ended`)
    if (live.owner === 'begins') return outOfOrder('the session has no place to run a tool at')
    return only(...settled(command, live), { type: 'ToolInvoked', data: factOf(command, live) })
  },
  CompleteTool: (command, live) =>
    live.toolCallId === command.toolCallId ? only({ type: 'ToolCompleted', data: factOf(command, live) }) : nothing,
  RecordConnection: (command, live) => only({ type: 'NetworkConnectionRecorded', data: factOf(command, live) }),
} satisfies Partial<Deciders>

/** What was asked about the call that is made now: it goes on by what was said, or nobody need say anything any more. */
function settled({ toolCallId }: CommandOf<'InvokeTool'>, { approval, spec: { sessionId } }: LiveSession) {
  if (approval?.toolCallId !== toolCallId) return []
  const { approvalId } = approval
  if (approval.decided) return [{ type: 'ApprovalApplied', data: { sessionId, approvalId } } as const]
  const reason = 'it need not be asked about any more'
  return [{ type: 'ApprovalWithdrawn', data: { sessionId, approvalId, reason } } as const]
}

export const endedSteps = {
  // It was cut off by the end.
  RecordUnheard: (command, ended) =>
    ended.released ? isOver(ended) : only({ type: 'ModelAnswerUnheard', data: factOf(command, ended) }),
  // Broken off by it.
  RecordTexts: (command, ended) =>
    ended.released ? isOver(ended) : only({ type: 'ModelTextsRecorded', data: factOf(command, ended) }),
  RecordRelayed: (command, ended) =>
    ended.released ? isOver(ended) : only({ type: 'ModelCallRelayed', data: factOf(command, ended) }),
  // Cut off by the session's end, and told once that has happened.
  RecordConnection: (command, ended) =>
    ended.released ? isOver(ended) : only({ type: 'NetworkConnectionRecorded', data: factOf(command, ended) }),
} satisfies EndedDeciders
