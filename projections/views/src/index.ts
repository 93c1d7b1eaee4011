export { previewLine } from './session/preview.ts'
export { sessionEventOf } from './session/recorded.ts'
export { lifecycleView, type LifecycleEvent, type SessionLifecycle } from './session/lifecycle.ts'
export { sessionView, type SessionEvent } from './session/session.ts'
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
export { taskView } from './task.ts'
export { withOrigin, type WithOrigin } from './with-origin.ts'
