import type { Client } from '@mosaic/client'
import type { ApprovalView } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { CliError, exitCodes } from '../../cli.ts'

/** All that waits. */
export async function waitingApprovals(client: Client): Promise<ApprovalView[]> {
  const all: ApprovalView[] = []
  let cursor: string | undefined
  do {
    const page = await client.call(gatewayRoutes.approvals, { query: { limit: 200, cursor } })
    all.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return all
}

/** Ids begin with the time at which they were made: of that many digits the last ones tell them apart. */
export const shortId = (id: string): string => id.slice(-8)

/** By its id, the end of it, or that of its session. */
export async function findApproval(client: Client, given: string): Promise<ApprovalView> {
  const all = await waitingApprovals(client)
  const wanted = given.toLowerCase()
  const fit = (id: string) => id === wanted || (wanted.length >= 4 && (id.endsWith(wanted) || id.startsWith(wanted)))
  const found = all.filter(({ approvalId, sessionId }) => fit(approvalId) || fit(sessionId))
  const [first, ...others] = found
  if (!first) {
    const hint = '"mosaic approval list" shows what waits.'
    throw new CliError(`Nothing of the id ${given} waits for an approval.`, { exitCode: exitCodes.refused, hint })
  }
  if (others.length === 0) return first
  const message = `${found.length} approvals have an id like ${given}: ${found.map(({ approvalId }) => approvalId).join(', ')}`
  throw new CliError(message, { exitCode: exitCodes.usage })
}
