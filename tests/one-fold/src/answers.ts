import { gatewayRoutes, type Route } from '@mosaic/contracts/http'
import { conversationProjection, findConversation } from '@mosaic/conversation'
import { findSession, findSessionTree, sessionTreeProjection } from '@mosaic/session-tree'
import type { World } from './world.ts'

/** A call as the client makes it. */
export type Asked = {
  readonly route: Route
  readonly params?: { readonly id: string }
  readonly query?: { readonly after?: string; readonly beforeRevision?: number; readonly limit?: number }
}

/** Whether the read model is as far as the caller wants it. */
export const isAnswerable = ({ query }: Asked, world: World): boolean =>
  BigInt(query?.after ?? 0) <= BigInt(world.position)

/** What the gateway answers, over the wire. */
export async function answerOf(asked: Asked, world: World, workspaceId: string): Promise<unknown> {
  const answer = await readModelsAnswer(asked, world, workspaceId)
  return asked.route.answer.parse(JSON.parse(JSON.stringify(answer)))
}

async function readModelsAnswer({ route, params, query }: Asked, world: World, workspaceId: string): Promise<unknown> {
  const { position } = world
  switch (route) {
    case gatewayRoutes.tree: {
      const tree = await world.ask(sessionTreeProjection, workspaceId, (trx) => findSessionTree(trx))
      return { ...tree, position }
    }
    case gatewayRoutes.session:
      return world.ask(sessionTreeProjection, workspaceId, (trx) => findSession(trx, params!.id))
    case gatewayRoutes.messages: {
      const page = gatewayRoutes.messages.query.parse(query)
      const found = await world.ask(conversationProjection, workspaceId, (trx) =>
        findConversation(trx, params!.id, page),
      )
      return { ...found, position }
    }
    default:
      throw new Error(`nobody was to ask ${route.path}`)
  }
}
