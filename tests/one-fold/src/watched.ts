import { historyWorkspaces } from '@mosaic/kit'
import { HeldGateway } from './held-gateway.ts'
import { Page } from './page.ts'
import type { World } from './world.ts'

/** A workspace, and a page that shows it. */
export type Watched = { readonly workspaceId: string; readonly gateway: HeldGateway; readonly page: Page }

/** @param feedLag so many events the live feed is behind the log when a fleet is subscribed to */
export const watchAll = (world: World, feedLag: number): Watched[] =>
  historyWorkspaces.map((workspaceId) => {
    const gateway = new HeldGateway(world, { workspaceId, feedLag })
    return { workspaceId, gateway, page: new Page(gateway) }
  })

/** Nothing more happens, and all that is late arrives. */
export async function tellEverything(world: World, { workspaceId, gateway, page }: Watched): Promise<void> {
  await world.project(Infinity, 0)
  for (const sessionId of world.sessionsOf(workspaceId)) page.openConversation(sessionId)
  if (!gateway.isConnected) await gateway.switchConnection()
  while (!gateway.isIdle) {
    await gateway.tellAll()
    await gateway.lookUp()
    await gateway.answer(0)
  }
  gateway.close()
}
