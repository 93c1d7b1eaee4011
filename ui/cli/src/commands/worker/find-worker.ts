import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { CliError, exitCodes } from '../../cli.ts'
import { findId } from '../find-by-id.ts'

/** The id of a worker that a person means by its id, the beginning of it, or its name. */
export const findWorkerId = (client: Client, given: string): Promise<string> =>
  findId(
    {
      noun: 'worker',
      page: async () => ({ ...(await client.call(gatewayRoutes.workers)), nextCursor: null }),
      idOf: ({ workerId }) => workerId,
      nameOf: ({ name }) => name,
      isMeant: ({ name, standing }, text) => name === text && standing !== 'removed',
    },
    given,
  )

/** By whom a worker's sessions are claimed: the process that it is at present, which may itself be what is given. */
export async function findOwnerId(client: Client, given: string): Promise<string> {
  const { items } = await client.call(gatewayRoutes.workers)
  if (items.some(({ presence }) => presence?.ownerId === given)) return given
  const workerId = await findWorkerId(client, given)
  const owner = items.find((worker) => worker.workerId === workerId)?.presence?.ownerId
  if (owner !== undefined) return owner
  throw new CliError(`Which agents the worker ${given} runs is not known: it is not heard.`, {
    exitCode: exitCodes.notFound,
    hint: '"mosaic worker list" shows those that are. "mosaic fleet kill" without --worker ends all agents.',
  })
}
