import type { ApprovalPolicy, CheckedCall } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { stringify } from 'yaml'
import { print, printJson, type Register } from '../../cli.ts'
import { table } from '../../format/table.ts'
import { dateTime, harmless, oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'
import { policyFrom } from './policy-file.ts'

export const registerPolicy: Register = (approval) => {
  const policy = approval.command('policy').description('what agents of this workspace may do')
  policy
    .command('show')
    .description('the policy of this workspace, as a file has it')
    .action(
      gatewayAction(async ({ client, json }) => {
        const answer = await client.call(gatewayRoutes.approvalPolicy)
        if (json) return printJson(answer)
        if (answer.policy === null) return print('There is none: what their sandboxes let them, agents may do.')
        print(
          `# by ${harmless(answer.setBy ?? '')}, ${dateTime(answer.setAt ?? '')} UTC\n${harmless(stringify(answer.policy)).trimEnd()}`,
        )
      }),
    )
  policy
    .command('set <policy>')
    .description('a file, allow or ask; "none" takes it away. It counts from the next call of every agent')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const body: { policy: ApprovalPolicy | null } = { policy: given === 'none' ? null : policyFrom(given) }
        const answer = await client.call(gatewayRoutes.setApprovalPolicy, { body })
        if (json) return printJson(answer)
        print(answer.changed ? 'Set, by your name: it counts from now on.' : 'It was so already.')
      }),
    )
  policy
    .command('check <policy> <session>')
    .description('what a policy would have said to the calls of a session; nothing changes')
    .action(
      gatewayAction(async ({ client, json }, given: string, session: string, _options: unknown) => {
        const body = { policy: policyFrom(given), sessionId: await findSessionId(client, session) }
        const checked = await client.call(gatewayRoutes.checkApprovalPolicy, { body })
        if (json) return printJson(checked)
        if (checked.calls.length === 0) return print('The session has called nothing.')
        if (checked.more) print('Only the newest calls are shown.')
        print(table(['turn', 'tool', 'call', 'said', 'rule', 'then'], checked.calls.map(rowOf)))
      }),
    )
}

const rowOf = ({ turn, tool, shown, effect, because, decided }: CheckedCall) => [
  turn,
  oneLine(tool, 20),
  oneLine(shown, 60),
  effect,
  because?.rule ?? 'otherwise',
  decided ?? '',
]
