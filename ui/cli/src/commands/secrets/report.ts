import type { Client } from '@mosaic/client'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { type SecretFinding, secretsReport } from '@mosaic/views'
import { print, printJson, type Register } from '../../cli.ts'
import { table } from '../../format/table.ts'
import { dateTime, harmless, oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'

export const registerReport: Register = (secrets) => {
  secrets
    .command('report <id>')
    .description('what was held to be a secret in a session: where, and whether it was covered, blocked or allowed')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const found = secretsReport(await eventsOf(client, await findSessionId(client, given)))
        if (json) return printJson(found)
        if (found.length === 0) return print('Nothing in this session looked like a secret.')
        print(table(['time (UTC)', 'what', 'kind', 'times', 'where', 'by'], found.map(rowOf)))
      }),
    )
}

const rowOf = ({ at, outcome, kind, count, where, event, fingerprint, by }: SecretFinding) => [
  dateTime(at),
  outcome,
  harmless(kind ?? fingerprint ?? ''),
  count,
  oneLine(outcome === 'covered' ? `${event} ${where}` : where, 60),
  harmless(by ?? ''),
]

/** All of a session's, from the log itself. */
async function eventsOf(client: Client, sessionId: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  let from: string | undefined
  do {
    const query = { stream: agentSessionStream.of(sessionId), from, limit: 1000 }
    const page = await client.call(gatewayRoutes.events, { query })
    events.push(...page.items)
    from = page.nextPosition ?? undefined
  } while (from !== undefined)
  return events
}
