import { type CommandAnswer, gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from './find-session.ts'
import { belowText } from './kill.ts'
import { readText } from './read-text.ts'

const tell = (json: boolean, answer: CommandAnswer, said: string) =>
  json ? printJson(answer) : print(`${said} (revision ${answer.revision})`)

export const registerInject: Register = (agent) => {
  agent
    .command('inject <id> [text...]')
    .description('say something to a running agent (text from standard input when there is none)')
    .option('--pause-before-send', 'pause it, and deliver when it is resumed')
    .action(
      gatewayAction(
        async ({ client, json }, given: string, words: string[], options: { pauseBeforeSend?: boolean }) => {
          const text = await readText(words)
          const id = await findSessionId(client, given)
          const body = { text, pauseBeforeSend: options.pauseBeforeSend === true }
          const answer = await client.call(gatewayRoutes.inject, { params: { id }, body })
          tell(json, answer, 'Sent; delivered before the next model call')
        },
      ),
    )
}

export const registerPause: Register = (agent) => {
  agent
    .command('pause <id>')
    .description('freeze an agent before its next model call')
    .option('--reason <text>')
    .action(
      gatewayAction(async ({ client, json }, given: string, { reason }: { reason?: string }) => {
        const id = await findSessionId(client, given)
        tell(json, await client.call(gatewayRoutes.pause, { params: { id }, body: { reason } }), 'Pause asked for')
      }),
    )
}

export const registerResume: Register = (agent) => {
  agent
    .command('resume <id>')
    .description('let a paused agent go on')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const id = await findSessionId(client, given)
        tell(json, await client.call(gatewayRoutes.resume, { params: { id }, body: {} }), 'Resume asked for')
      }),
    )
}

export const registerRetryModel: Register = (agent) => {
  agent
    .command('retry-model <id>')
    .description('let an agent that waits for its model call it now')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const id = await findSessionId(client, given)
        const answer = await client.call(gatewayRoutes.retryModelCall, { params: { id }, body: {} })
        tell(json, answer, 'The model is called now')
      }),
    )
}

export const registerTerminate: Register = (agent) => {
  agent
    .command('terminate <id>')
    .description('end an agent after its current step')
    .option('--tree', 'and all agents below it, each after its own')
    .option('--note <text>', 'why, for the record')
    .action(
      gatewayAction(async ({ client, json }, given: string, { note, tree }: { note?: string; tree?: boolean }) => {
        const id = await findSessionId(client, given)
        const answer = await client.call(gatewayRoutes.terminate, { params: { id }, body: { note, tree } })
        tell(json, answer, ['It ends after its current step', ...belowText(id, answer)].join('; '))
      }),
    )
}
