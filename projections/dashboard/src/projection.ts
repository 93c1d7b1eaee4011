import { foldProjection } from '@mosaic/postgres'
import { numbersView } from '@mosaic/views'
import { sessions } from './migrations/001-sessions.ts'
import { queued } from './migrations/002-queued.ts'
import { stuck } from './migrations/003-stuck.ts'
import { numberColumns, rowOf, stateOf } from './tables.ts'

/** The numbers above the panels: sessions by status, tokens, cost, commits, latencies. */
export const dashboardProjection = foldProjection(numbersView, {
  name: 'dashboard',
  version: 6,
  categories: ['agentSession'],
  scope: 'workspace',
  migrations: [sessions, queued, stuck],
  table: 'sessions',
  columns: numberColumns,
  key: ['session_id'],
  lookUp: ['session_id'],
  rowOf,
  stateOf,
})
