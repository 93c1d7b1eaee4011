import type { Client } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { uuid } from '@mosaic/contracts/kernel'
import { CliError, exitCodes } from '../../cli.ts'

/** Sessions looked through for an abbreviated id. */
const most = 2000

/** The id that a person means: a whole one, the beginning of just one session's id, or a name that one session has. */
export async function findSessionId(client: Client, given: string): Promise<string> {
  const text = given.toLowerCase()
  if (uuid.safeParse(text).success) return text
  const candidates: SessionView[] = []
  let cursor: string | undefined
  do {
    const page = await client.call(gatewayRoutes.sessions, { query: { limit: 200, cursor } })
    candidates.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && candidates.length < most)
  return pickSession(candidates, given)
}

export function pickSession(sessions: readonly SessionView[], given: string): string {
  const byId = /^[0-9a-f-]{4,}$/i.test(given)
    ? sessions.filter(({ sessionId }) => sessionId.startsWith(given.toLowerCase()))
    : []
  const found = byId.length > 0 ? byId : sessions.filter(({ name }) => name === given)
  const [first, ...others] = found
  if (first && others.length === 0) return first.sessionId
  if (!first) {
    throw new CliError(`There is no session ${given}.`, {
      exitCode: exitCodes.notFound,
      hint: '"mosaic agent list" shows what there is; an id may be abbreviated to four characters or more.',
    })
  }
  throw new CliError(`${given} stands for ${found.length} sessions.`, {
    exitCode: exitCodes.usage,
    hint: found
      .slice(0, 10)
      .map(({ sessionId, name }) => `${sessionId}  ${name}`)
      .join('\n'),
  })
}
