import { gatewayRoutes, urlOf } from '@mosaic/contracts/http'
import { exitCodes, print, type Register } from '../../cli.ts'
import { eventLine } from '../../format/event-line.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { follow } from '../../gateway/follow.ts'

export const registerTail: Register = (events) => {
  events
    .command('tail')
    .description('follow the log until interrupted (JSON lines with --json)')
    .option('--from <position>', 'begin after this commit position, 0 for the start; without it only what comes')
    .option('--type <event-type>', 'one type only')
    .action(
      gatewayAction(async ({ client, json, signal }, { from, type }: { from?: string; type?: string }) => {
        const path = urlOf(gatewayRoutes.eventsStream.path, {}, { from, type })
        for await (const frame of follow(client, path, signal)) {
          if (frame.type === 'event') print(json ? JSON.stringify(frame.event) : eventLine(frame.event))
          if (frame.type === 'problem') process.stderr.write(`${frame.problem.code}: ${frame.problem.detail}\n`)
        }
        return exitCodes.interrupted
      }),
    )
}
