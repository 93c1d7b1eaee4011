import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findWorkerId } from './find-worker.ts'

const verbs = [
  {
    verb: 'drain',
    route: gatewayRoutes.drainWorker,
    description: 'have it take nothing any more; others go on with its agents',
    done: 'Its agents are left to others at the end of their steps.',
    already: 'It is drained already.',
  },
  {
    verb: 'return',
    route: gatewayRoutes.returnWorker,
    description: 'have a drained worker take work again',
    done: 'It takes work again.',
    already: 'It was not drained.',
  },
  {
    verb: 'remove',
    route: gatewayRoutes.removeWorker,
    description: 'end it for good, and its credential',
    done: 'It leaves its agents to others and ends; its token and its credential open nothing any more.',
    already: 'It was removed already.',
  },
] as const

export const registerSteering: Register = (worker) => {
  for (const { verb, route, description, done, already } of verbs) {
    const command = worker.command(`${verb} <worker>`).description(`${description} (by id or name)`)
    if (verb !== 'return') command.option('--reason <text>', 'why, for the record')
    command.action(
      gatewayAction(async ({ client, json }, given: string, { reason }: { reason?: string }) => {
        const params = { id: await findWorkerId(client, given) }
        const answer = await client.call(route, { params, body: { ...(reason !== undefined && { reason }) } })
        if (json) printJson(answer)
        else print(answer.changed ? done : already)
      }),
    )
  }
}
