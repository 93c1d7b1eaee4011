import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../cli.ts'
import { queueText } from '../format/task.ts'
import { gatewayAction } from '../gateway/action.ts'

/** The queue that tasks wait in. */
export const registerQueue: Register = (program) => {
  const queue = program.command('queue').description('the queue that tasks wait in')

  queue
    .command('stats', { isDefault: true })
    .description('how many tasks wait, are worked on, and have ended')
    .action(
      gatewayAction(async ({ client, json }) => {
        const stats = await client.call(gatewayRoutes.queueStats)
        if (json) printJson(stats)
        else print(queueText(stats))
      }),
    )

  queue
    .command('pause')
    .description('dispatch nothing any more; what is worked on goes on')
    .option('--reason <text>', 'why, for the record')
    .action(
      gatewayAction(async ({ client, json }, { reason }: { reason?: string }) => {
        const answer = await client.call(gatewayRoutes.pauseQueue, { body: { reason } })
        if (json) printJson(answer)
        else print(answer.changed ? 'The queue stands still.' : 'The queue stood still already.')
      }),
    )

  queue
    .command('resume')
    .description('dispatch again')
    .action(
      gatewayAction(async ({ client, json }) => {
        const answer = await client.call(gatewayRoutes.resumeQueue, { body: {} })
        if (json) printJson(answer)
        else print(answer.changed ? 'The queue goes on.' : 'The queue was not paused.')
      }),
    )
}
