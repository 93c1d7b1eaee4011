import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { table } from '../../format/table.ts'
import { dateTime, harmless, oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'

export const registerAllowances: Register = (secrets) => {
  secrets
    .command('allow <fingerprint>')
    .description('what looks like a secret and is none, in all of this workspace; for one agent: mosaic work allow')
    .requiredOption('--reason <text>', 'why it is none; it is kept under your name')
    .addHelpText(
      'after',
      '\nA refused commit names the fingerprint. Of a text it is the first 12 digits of its SHA-256:\nprintf %s TEXT | sha256sum | cut -c1-12',
    )
    .action(
      gatewayAction(async ({ client, json }, fingerprint: string, { reason }: { reason: string }) => {
        const answer = await client.call(gatewayRoutes.allowFingerprint, { body: { fingerprint, reason } })
        if (json) return printJson(answer)
        print(answer.changed ? 'Allowed, by your name: it may be shown and committed.' : 'It was allowed already.')
      }),
    )
  secrets
    .command('revoke <fingerprint>')
    .description('take back that it is none; what was committed by it stays')
    .action(
      gatewayAction(async ({ client, json }, fingerprint: string, _options: unknown) => {
        const answer = await client.call(gatewayRoutes.revokeFingerprint, { body: { fingerprint } })
        if (json) printJson(answer)
        else print('Revoked: it is covered and not committed from now on.')
      }),
    )
  secrets
    .command('allowed')
    .description('what is allowed in this workspace, by whom and why')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { allowed } = await client.call(gatewayRoutes.secretRules)
        if (json) return printJson(allowed)
        if (allowed.length === 0) return print('Nothing is.')
        const rows = allowed.map(({ fingerprint, reason, by, at }) => [
          fingerprint,
          oneLine(reason, 60),
          harmless(by),
          dateTime(at),
        ])
        print(table(['fingerprint', 'reason', 'by', 'time (UTC)'], rows))
      }),
    )
}
