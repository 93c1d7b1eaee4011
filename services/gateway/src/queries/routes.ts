import type { AgentProvider } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { dashboardProjection, readDashboard } from '@mosaic/dashboard'
import { fleetProjection, readFleet } from '@mosaic/fleet'
import { addRoute } from '@mosaic/http'
import { findAudit, operatorAuditProjection } from '@mosaic/operator-audit'
import { findSessions, findSessionTree, sessionTreeProjection } from '@mosaic/session-tree'
import type { FastifyInstance } from 'fastify'
import { pageCursor } from './cursor.ts'
import { ask, type ReadModels, viewerOf } from './read-model.ts'

/** Queries are answered by the read models alone, each in a transaction that sees the operator's workspace only. */
export function addQueryRoutes(app: FastifyInstance, models: ReadModels, provider: AgentProvider): void {
  const sessions = { ...models, projection: sessionTreeProjection.name }
  const audit = { ...models, projection: operatorAuditProjection.name }
  const fleet = { ...models, projection: fleetProjection.name }
  const dashboard = { ...models, projection: dashboardProjection.name }

  addRoute(app, gatewayRoutes.sessions, ({ query, request }) => provider.listSessions(query, viewerOf(request)))
  addRoute(app, gatewayRoutes.session, ({ params: { id }, request }) => provider.getSession(id, viewerOf(request)))
  addRoute(app, gatewayRoutes.messages, ({ params: { id }, query, request }) =>
    provider.getMessages(id, query, viewerOf(request)),
  )
  addRoute(app, gatewayRoutes.tree, ({ query, request }) =>
    ask(sessions, request, (transaction) => findSessionTree(transaction, query)),
  )
  addRoute(app, gatewayRoutes.approvals, ({ query, request }) =>
    ask(sessions, request, async (transaction) => {
      const { items, ...page } = await findSessions(transaction, {
        ...query,
        asks: true,
        cursor: pageCursor(query.cursor),
      })
      const waiting = items.flatMap(({ approval, sessionId, name }) =>
        approval ? [{ ...approval, sessionId, sessionName: name }] : [],
      )
      return { ...page, items: waiting }
    }),
  )
  addRoute(app, gatewayRoutes.audit, ({ query, request }) =>
    ask(audit, request, (transaction) => findAudit(transaction, { ...query, cursor: pageCursor(query.cursor) })),
  )
  addRoute(app, gatewayRoutes.fleet, ({ request }) => ask(fleet, request, readFleet))
  addRoute(app, gatewayRoutes.dashboard, ({ request }) => ask(dashboard, request, readDashboard))
}
