import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { modelCallTable, modelCallText } from '../../format/model-call.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { findSessionId } from './find-session.ts'

const none =
  'No call of this session went by way of Mosaic. What our own agents said to their models is in "mosaic agent messages".'

export const registerCalls: Register = (agent) => {
  agent
    .command('calls <id> [call]')
    .description('what an agent of another maker asked its model, and what that cost; one call as a whole')
    .option('--limit <n>', 'calls at most', '100')
    .option('--after-revision <n>', 'calls above this revision', wholeFrom(-1))
    .action(
      gatewayAction(
        async (
          { client, json },
          given: string,
          call: string | undefined,
          { limit, afterRevision }: { limit: string; afterRevision?: number },
        ) => {
          const id = await findSessionId(client, given)
          if (call !== undefined) {
            const whole = await client.call(gatewayRoutes.modelCall, { params: { id, callId: call } })
            return json ? printJson(whole) : print(modelCallText(whole))
          }
          const page = await client.call(gatewayRoutes.modelCalls, { params: { id }, query: { limit, afterRevision } })
          if (json) return printJson(page)
          print(page.items.length > 0 ? modelCallTable(page.items) : none)
          const last = page.items.at(-1)
          if (page.hasMore && last) print(pc.dim(`more: --after-revision ${last.revision}`))
        },
      ),
    )
}
