import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { eventLine } from '../../format/event-line.ts'
import { sinceOption, type SpanOptions, untilOption } from '../span-options.ts'
import { gatewayAction } from '../../gateway/action.ts'

type ReadOptions = { from?: string; backwards?: boolean; stream?: string; type?: string; limit: string } & SpanOptions

export const registerRead: Register = (events) => {
  events
    .command('read')
    .description('events as they stand in the log')
    .option('--from <position>', 'after this commit position (before it with --backwards)')
    .option('--backwards', 'newest first')
    .option('--stream <name>', 'one stream only')
    .option('--type <event-type>', 'one type only')
    .addOption(sinceOption())
    .addOption(untilOption())
    .option('--limit <n>', 'events at most', '100')
    .action(
      gatewayAction(async ({ client, json }, { from, backwards, stream, type, since, until, limit }: ReadOptions) => {
        const query = { from, backwards: backwards === true ? 'true' : undefined, stream, type, since, until, limit }
        const page = await client.call(gatewayRoutes.events, { query })
        if (json) return printJson(page)
        for (const event of page.items) print(eventLine(event))
        if (page.items.length === 0) print('There are no such events.')
        if (page.nextPosition) print(pc.dim(`more: --from ${page.nextPosition}`))
      }),
    )
}
