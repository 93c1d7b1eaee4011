export { sessionTreeProjection } from './projection.ts'
export { findSession, findSessions, findSessionTree, type SessionFilter } from './queries.ts'
