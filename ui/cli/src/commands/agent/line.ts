import { type Client, placesInLine } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'

/** Which in line those of some sessions are that wait for their turn. All that wait are asked for, if one does. */
export async function lineOf(client: Client, shown: readonly SessionView[]): Promise<ReadonlyMap<string, number>> {
  if (!shown.some(({ queued }) => queued)) return new Map()
  const spawning: SessionView[] = []
  let cursor: string | undefined
  do {
    const query = { status: 'spawning', limit: 200, cursor } as const
    const page = await client.call(gatewayRoutes.sessions, { query })
    spawning.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return placesInLine(spawning)
}
