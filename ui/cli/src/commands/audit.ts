import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../cli.ts'
import { table } from '../format/table.ts'
import { dateTime, harmless, oneLine } from '../format/text.ts'
import { gatewayAction } from '../gateway/action.ts'
import { sinceOption, type SpanOptions, untilOption } from './span-options.ts'
import { findSessionId } from './agent/find-session.ts'

type AuditOptions = {
  operator?: string
  action?: string
  session?: string
  limit: string
  cursor?: string
} & SpanOptions

/** What operators did. */
export const registerAudit: Register = (program) => {
  const audit = program.command('audit').description('what operators did')
  audit
    .command('list')
    .description('operator actions, newest first')
    .option('--operator <id>')
    .option('--action <event-type>', 'for instance AgentKillRequested')
    .option('--session <id>')
    .addOption(sinceOption())
    .addOption(untilOption())
    .option('--limit <n>', 'entries at most', '50')
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .action(
      gatewayAction(
        async ({ client, json }, { operator, action, session, since, until, limit, cursor }: AuditOptions) => {
          const sessionId = session === undefined ? undefined : await findSessionId(client, session)
          const query = { operatorId: operator, action, sessionId, since, until, limit, cursor }
          const page = await client.call(gatewayRoutes.audit, { query })
          if (json) return printJson(page)
          if (page.items.length === 0) return print('There is no such action.')
          const rows = page.items.map(({ occurredAt, operatorName, action, sessionName, preview }) => [
            dateTime(occurredAt),
            harmless(operatorName),
            action,
            oneLine(sessionName ?? '', 24),
            oneLine(preview, 60),
          ])
          print(table(['time (UTC)', 'operator', 'action', 'session', 'preview'], rows))
          if (page.nextCursor) print(pc.dim(`more: --cursor ${page.nextCursor}`))
        },
      ),
    )
}
