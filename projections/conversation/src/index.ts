export { conversationProjection } from './projection.ts'
export { type ConversationPage, findConversation } from './queries.ts'
