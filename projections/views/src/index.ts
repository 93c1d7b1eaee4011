export { previewLine } from './session/preview.ts'
export { sessionEventOf } from './session/recorded.ts'
export { lifecycleView, type LifecycleEvent, type SessionLifecycle } from './session/lifecycle.ts'
export { sessionView, type SessionEvent } from './session/session.ts'
export { addTotals, noUsage } from './session/usage.ts'
export { passOver, receiveSession } from './session/receive.ts'
export { conversationView } from './conversation/entry.ts'
export { addDelta, emptyBlock, type Delta, type DraftBlock } from './conversation/draft.ts'
export { emptyConversation, oldestRevision } from './conversation/conversation.ts'
export type {
  Conversation,
  DraftEntry,
  Entry,
  MessageEntry,
  NoticeEntry,
  ToolEntry,
} from './conversation/conversation.ts'
export { addEvent, addLive, addPage, trim } from './conversation/merge.ts'
export { dashboardOf, numbersView, type SessionNumbers } from './numbers.ts'
export { fleetStateView, type FleetState } from './fleet.ts'
export { budgetView } from './budget.ts'
export { mergeQueueView } from './merge-queue.ts'
export { missionView } from './mission.ts'
export { queueView, type QueueState } from './queue.ts'
export { taskView } from './task.ts'
export { secretsReport, type SecretFinding } from './secrets-report.ts'
export { ModelCalls } from './model-calls.ts'
export { withOrigin, type WithOrigin } from './with-origin.ts'
