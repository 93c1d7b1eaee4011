import type { Client } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { absoluteRepository } from '../repo/absolute-repository.ts'

const pageSize = 200

type Wanted = {
  readonly repository?: string | undefined
  readonly isWanted: (session: SessionView) => boolean
  readonly most: number
}

/** Sessions that have made something which is still there, newest first. */
export async function sessionsWithWork(client: Client, { repository, isWanted, most }: Wanted): Promise<SessionView[]> {
  const of = repository === undefined ? undefined : absoluteRepository(repository)
  const found: SessionView[] = []
  let cursor: string | undefined
  do {
    const page = await client.call(gatewayRoutes.sessions, { query: { limit: pageSize, cursor } })
    const here = page.items.filter((session) => hasWork(session) && (of === undefined || session.repository === of))
    found.push(...here.filter(isWanted))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && found.length < most)
  return found.slice(0, most)
}

const hasWork = ({ branch, commits, uncommitted, leftWork, isPruned }: SessionView): boolean =>
  branch !== null && ((!isPruned && (commits > 0 || uncommitted !== null)) || leftWork !== null)
