import { ProblemError } from '@mosaic/client'
import type { SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { settingsHash } from '@mosaic/contracts/repository'
import pc from 'picocolors'
import { z } from 'zod'
import { agrees, canAsk } from '../../ask.ts'
import { permitLines } from '../../format/repository.ts'
import type { Context } from '../../gateway/action.ts'

/** What a spawn that is refused for its repository's settings says of them. */
const unapproved = z.object({ repository: z.string(), hash: settingsHash, permits: z.array(z.string()) })

/** Spawns; where settings keep it from that which nobody has approved, a person at the terminal is asked, and it is tried again. */
export async function withApproval<Spawned>(
  { client, json, readonly, signal }: Context,
  { branch }: SpawnAgentInput,
  spawn: () => Promise<Spawned>,
): Promise<Spawned> {
  try {
    return await spawn()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'SETTINGS_NOT_APPROVED') throw error
    const settings = unapproved.safeParse(error.problem.details)
    if (!settings.success || json || readonly || !canAsk()) throw error
    const { repository, hash, permits } = settings.data
    const head = `The settings of ${pc.bold(repository)} (${hash.slice(0, 12)}) are new here. They would:`
    if (!(await agrees(`${head}\n${permitLines(permits)}\nApprove them, and spawn?`, signal))) throw error
    await client.call(gatewayRoutes.approveSettings, { body: { repository, branch, hash } })
    return spawn()
  }
}
