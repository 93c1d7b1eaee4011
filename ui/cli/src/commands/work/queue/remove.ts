import { gatewayRoutes } from '@mosaic/contracts/http'
import { CliError, exitCodes, print, printJson, type Register } from '../../../cli.ts'
import { harmless } from '../../../format/text.ts'
import { gatewayAction } from '../../../gateway/action.ts'

export const registerQueueRemove: Register = (queue) => {
  queue
    .command('remove <id>')
    .description(
      'take a branch out of its queue, by the id that the list shows, its session or its branch; the branch stays',
    )
    .option('--reason <text>', 'why')
    .action(
      gatewayAction(async ({ client, json }, given: string, { reason }: { reason?: string }) => {
        const { items } = await client.call(gatewayRoutes.mergeQueues, {})
        const open = items.flatMap(({ queueId, into, open: waiting }) =>
          waiting.map((landing) => ({ queueId, into, ...landing })),
        )
        const found = open.filter(({ landingId, sessionId, branch }) => {
          const isAbbreviated = given.length >= 4
          return branch === given || (isAbbreviated && [landingId, sessionId].some((id) => id.startsWith(given)))
        })
        const [landing, ...others] = found
        if (!landing || others.length > 0)
          throw new CliError(
            landing ? `${given} stands for ${found.length} branches.` : `${given} waits in no merge queue.`,
            {
              exitCode: landing ? exitCodes.usage : exitCodes.notFound,
              hint: '"mosaic work queue list" shows what does.',
            },
          )
        const { queueId: id, landingId, branch, into } = landing
        const body = reason === undefined ? {} : { reason }
        const answer = await client.call(gatewayRoutes.removeLanding, { params: { id, landingId }, body })
        if (json) printJson(answer)
        else print(`${harmless(branch)} is out of the merge queue of ${harmless(into)}.`)
      }),
    )
}
