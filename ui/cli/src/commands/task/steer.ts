import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { findTaskId } from './find-task.ts'

export const registerReorder: Register = (task) => {
  task
    .command('reorder <id>')
    .description('move a waiting task within the queue')
    .requiredOption('--priority <n>', 'from 1 to 10, which is first', wholeFrom(1))
    .action(
      gatewayAction(async ({ client, json }, given: string, { priority }: { priority: number }) => {
        const params = { id: await findTaskId(client, given) }
        const answer = await client.call(gatewayRoutes.reorderTask, { params, body: { priority } })
        if (json) printJson(answer)
        else print(answer.changed ? `Its priority is ${priority} now.` : `Its priority was ${priority} already.`)
      }),
    )
}

export const registerCancel: Register = (task) => {
  task
    .command('cancel <id>')
    .description('end a task, and the agents that work on it')
    .option('--reason <text>', 'why, for the record')
    .action(
      gatewayAction(async ({ client, json }, given: string, { reason }: { reason?: string }) => {
        const params = { id: await findTaskId(client, given) }
        const answer = await client.call(gatewayRoutes.cancelTask, { params, body: { reason } })
        if (json) printJson(answer)
        else
          print(
            answer.changed ? 'Cancelled; agents that work on it end after their step.' : 'It was cancelled already.',
          )
      }),
    )
}

export const registerRetry: Register = (task) => {
  task
    .command('retry <id>')
    .description('put a failed or cancelled task back into the queue')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const params = { id: await findTaskId(client, given) }
        const answer = await client.call(gatewayRoutes.retryTask, { params, body: {} })
        if (json) printJson(answer)
        else print('It is in the queue again.')
      }),
    )
}
