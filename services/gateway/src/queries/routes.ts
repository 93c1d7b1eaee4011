import { findConversation, conversationProjection } from '@mosaic/conversation'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import type { EventStore } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import type { Postgres } from '@mosaic/postgres'
import { findSession, findSessions, findSessionTree, sessionTreeProjection } from '@mosaic/session-tree'
import type { FastifyInstance } from 'fastify'
import { sessionAccess } from '../live/session-access.ts'
import { operatorOf } from '../sign-in/authenticate.ts'
import { pageCursor } from './cursor.ts'
import { ask, askFor } from './read-model.ts'

export type QueryDependencies = { readonly postgres: Postgres; readonly eventStore: EventStore }

/** Queries are answered by the read models alone, each in a transaction that sees the operator's workspace only. */
export function addQueryRoutes(app: FastifyInstance, { postgres, eventStore }: QueryDependencies): void {
  const sessions = { postgres, projection: sessionTreeProjection.name }
  const conversations = { postgres, projection: conversationProjection.name }
  const audit = { postgres, projection: operatorAuditProjection.name }
  const dashboard = { postgres, projection: dashboardProjection.name }

  addRoute(app, gatewayRoutes.sessions, ({ query, request }) =>
    askFor(sessions, request, (transaction) =>
      findSessions(transaction, { ...query, cursor: pageCursor(query.cursor) }),
    ),
  )
  addRoute(app, gatewayRoutes.session, ({ params, request }) =>
    ask(sessions, request, async (transaction) => {
      const session = await findSession(transaction, params.id)
      return session ? ok(session) : err(sessionNotFound(params.id))
    }),
  )
  addRoute(app, gatewayRoutes.tree, ({ query, request }) =>
    askFor(sessions, request, (transaction) => findSessionTree(transaction, query)),
  )
  addRoute(app, gatewayRoutes.messages, async ({ params, query, request }) => {
    const page = await askFor(conversations, request, (transaction) => findConversation(transaction, params.id, query))
    if (!page.ok || page.value.items.length > 0) return page
    // Nothing said yet, or no such session: the log knows.
    const access = await sessionAccess(eventStore, params.id, operatorOf(request).workspaceId)
    return access.ok ? page : access
  })
  addRoute(app, gatewayRoutes.audit, ({ query, request }) =>
    askFor(audit, request, (transaction) => findAudit(transaction, { ...query, cursor: pageCursor(query.cursor) })),
  )
  addRoute(app, gatewayRoutes.dashboard, ({ request }) => askFor(dashboard, request, readDashboard))
}

const sessionNotFound = (id: string) =>
  ({ code: 'SESSION_NOT_FOUND', message: `there is no session ${id}`, field: 'id' }) as const
