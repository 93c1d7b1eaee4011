import { findConversation, conversationProjection } from '@mosaic/conversation'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import type { EventStore } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import { findSession, findSessions, findSessionTree, sessionTreeProjection } from '@mosaic/session-tree'
import type { FastifyInstance } from 'fastify'
import { sessionAccess } from '../live/session-access.ts'
import { operatorOf } from '../sign-in/authenticate.ts'
import { pageCursor } from './cursor.ts'
import { ask, type ReadModels } from './read-model.ts'

/** Queries are answered by the read models alone, each in a transaction that sees the operator's workspace only. */
export function addQueryRoutes(app: FastifyInstance, models: ReadModels, eventStore: EventStore): void {
  const sessions = { ...models, projection: sessionTreeProjection.name }
  const conversations = { ...models, projection: conversationProjection.name }
  const audit = { ...models, projection: operatorAuditProjection.name }
  const dashboard = { ...models, projection: dashboardProjection.name }

  addRoute(app, gatewayRoutes.sessions, ({ query, request }) =>
    ask(sessions, request, (transaction) => findSessions(transaction, { ...query, cursor: pageCursor(query.cursor) })),
  )
  addRoute(app, gatewayRoutes.session, async ({ params, request }) => {
    const found = await ask(sessions, request, (transaction) => findSession(transaction, params.id))
    if (!found.ok) return found
    return found.value ? ok(found.value) : err(sessionNotFound(params.id))
  })
  addRoute(app, gatewayRoutes.tree, ({ query, request }) =>
    ask(sessions, request, (transaction) => findSessionTree(transaction, query)),
  )
  addRoute(app, gatewayRoutes.messages, async ({ params, query, request }) => {
    const page = await ask(conversations, request, (transaction) => findConversation(transaction, params.id, query))
    if (!page.ok || page.value.items.length > 0) return page
    // Nothing said yet, or no such session: the log knows.
    const access = await sessionAccess(eventStore, params.id, operatorOf(request).workspaceId)
    return access.ok ? page : access
  })
  addRoute(app, gatewayRoutes.audit, ({ query, request }) =>
    ask(audit, request, (transaction) => findAudit(transaction, { ...query, cursor: pageCursor(query.cursor) })),
  )
  addRoute(app, gatewayRoutes.dashboard, ({ request }) => ask(dashboard, request, readDashboard))
}

const sessionNotFound = (id: string) =>
  ({ code: 'SESSION_NOT_FOUND', message: `there is no session ${id}`, field: 'id' }) as const
