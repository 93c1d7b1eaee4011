import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { CliError, exitCodes } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import type { Asked } from './await-landing.ts'

/**
 * The landing of a session that waits already: whoever asks again waits for that one. @throws CliError where its agent
 * has to do something first, or nobody is to wait
 */
export async function landingUnderWay(
  client: Client,
  { sessionId, into, queue }: { sessionId: string; into: string; queue: boolean },
  detail: string,
): Promise<Asked & { readonly into: string }> {
  const { items } = await client.call(gatewayRoutes.mergeQueues, {})
  for (const { queueId, into: there, open } of items) {
    const landing = open.find((each) => each.sessionId === sessionId)
    if (!queue && there === into && landing && landing.status !== 'agent')
      return { queueId, landingId: landing.landingId, position: undefined, into }
  }
  const hint = 'How it stands: mosaic work queue list; to take it out: mosaic work queue remove ID'
  throw new CliError(`ALREADY_QUEUED: ${harmless(detail)}`, { exitCode: exitCodes.refused, hint })
}
