export { sessionTreeProjection } from './projection.ts'
export { findSpent, type SessionSpent } from './spent.ts'
export { findSession, findSessions, findSessionTree, type SessionFilter } from './queries.ts'
