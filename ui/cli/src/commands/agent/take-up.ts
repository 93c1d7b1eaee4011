import { gatewayRoutes } from '@mosaic/contracts/http'
import type { Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { afterSpawn, exitCodesHelp, followOption, type Watching, waitOption } from './after-spawn.ts'
import { findSessionId } from './find-session.ts'
import { readText } from './read-text.ts'
import { absoluteModels } from './spawn.ts'

type Again = Watching & { model?: string; maxTurns?: number }

const again = ({ model, maxTurns }: Again) => ({
  ...(model !== undefined && { model: absoluteModels(model) }),
  ...(maxTurns !== undefined && { maxTurns }),
})

export const registerContinue: Register = (agent) => {
  agent
    .command('continue <id> [text...]')
    .description(
      'go on where an ended agent stopped: a new session with its conversation, on its branch, with what it left uncommitted',
    )
    .option('--model <name>', 'another model than it had')
    .option('--max-turns <n>', 'model calls at most', wholeFrom(1))
    .option(...followOption)
    .option(...waitOption)
    .addHelpText('after', exitCodesHelp)
    .action(
      gatewayAction(async (context, given: string, words: string[], options: Again) => {
        const id = await findSessionId(context.client, given)
        const body = { text: await readText(words), ...again(options) }
        const call = context.client.call(gatewayRoutes.continue, { params: { id }, body })
        return afterSpawn(context, await showing('spawning', call), options)
      }),
    )
}

export const registerRetry: Register = (agent) => {
  agent
    .command('retry <id>')
    .description("begin an ended agent's task anew: a new session, on a branch of its own")
    .option('--model <name>', 'another model than it had')
    .option(...followOption)
    .option(...waitOption)
    .addHelpText('after', exitCodesHelp)
    .action(
      gatewayAction(async (context, given: string, options: Again) => {
        const id = await findSessionId(context.client, given)
        const call = context.client.call(gatewayRoutes.retry, { params: { id }, body: again(options) })
        return afterSpawn(context, await showing('spawning', call), options)
      }),
    )
}
