export { type Client, type ClientOptions, createClient } from './client.ts'
export { ProblemError, UnreachableError } from './errors.ts'
export type { AgentHandler } from './live/agent-handler.ts'
export { type ConnectionState, LiveConnection } from './live/connection.ts'
export type { Handler } from './live/subscription.ts'
export {
  type Batch,
  emptyLiveConversation,
  followConversation,
  type LiveConversation,
} from './stores/conversation.ts'
export { emptyFleet, type Fleet, followFleet } from './stores/fleet.ts'
export type { TerminalColour, TerminalStyle } from './terminal/styles.ts'
export { exactParts } from './terminal/exact-text.ts'
export { terminalPlain, type TerminalSpan, terminalSpans } from './terminal/terminal-text.ts'
export { isQuiet, type Notice, noticeOf, type NoticeTone } from './words/notice.ts'
export { isKillUnconfirmed, killUnconfirmed, killWayOut } from './words/kill.ts'
export { ruleWords } from './words/approval.ts'
export { agentWord } from './words/agent.ts'
export { changedText } from './words/changes.ts'
export { wordsOf } from './words/capabilities.ts'
export { placesInLine } from './words/line.ts'
export { guaranteesText } from './words/guarantees.ts'
export { checksWords } from './words/pull-request.ts'
export { gateWords } from './words/gates.ts'
export { cannotBeRead } from './words/unreadable.ts'
export { getBack, isOffered, keptWords, leftWayOut, pushWords, standingWorktree } from './words/work.ts'
export { type Held, type Holder, holding } from './stores/holder.ts'
