import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { exitCodes, jsonText, print, printError, type Register } from '../../cli.ts'
import { eventLine } from '../../format/event-line.ts'
import { gatewayAction } from '../../gateway/action.ts'

export const registerTail: Register = (events) => {
  events
    .command('tail')
    .description('follow the log until interrupted (JSON lines with --json)')
    .option('--from <position>', 'begin after this commit position, 0 for the start; without it only what comes')
    .option('--type <event-type>', 'one type only')
    .action(
      gatewayAction(async ({ client, json, signal }, { from, type }: { from?: string; type?: string }) => {
        const query = { from: from ?? (await newestPosition(client)), type }
        for await (const frame of client.follow(gatewayRoutes.eventsStream, { query, signal })) {
          if (frame.type === 'event') print(json ? jsonText(frame.event) : eventLine(frame.event))
          if (frame.type === 'problem') printError(`${frame.problem.code}: ${frame.problem.detail}`)
        }
        return exitCodes.interrupted
      }),
    )
}

/** Where "from now on" begins. Named, so that nothing is missed when the stream breaks before its first event. */
async function newestPosition(client: Client): Promise<string> {
  const { items } = await client.call(gatewayRoutes.events, { query: { backwards: 'true', limit: 1 } })
  return items[0]?.position ?? '0'
}
