import type { ApprovalView } from '@mosaic/contracts/approval'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { table } from '../../format/table.ts'
import { dateTime, exact, harmless, oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findApproval, shortId, waitingApprovals } from './find-approval.ts'

export const registerLook: Register = (approval) => {
  approval
    .command('list')
    .description('what waits for an approval')
    .action(
      gatewayAction(async ({ client, json }) => {
        const waiting = await waitingApprovals(client)
        if (json) return printJson(waiting)
        if (waiting.length === 0) return print('Nothing waits for an approval.')
        const rows = waiting.map((each) => [
          shortId(each.approvalId),
          oneLine(each.sessionName, 24),
          oneLine(each.tool, 20),
          oneLine(exact(each.shown), 60),
          dateTime(each.expiresAt),
        ])
        print(table(['id', 'agent', 'tool', 'call', 'until (UTC)'], rows))
      }),
    )
  approval
    .command('show <id>')
    .description('the exact call, and which rule asks')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const found = await findApproval(client, given)
        if (json) printJson(found)
        else print(approvalText(found))
      }),
    )
}

/** A call as a person decides about it: nothing in it moves the cursor or hides. */
export function approvalText(asked: ApprovalView): string {
  const { approvalId, sessionName, tool, shown, isCut, diff, because, expiresAt, atTimeout, digest } = asked
  const rule = because.rule === null ? 'otherwise' : `rule ${because.rule}`
  const note = because.note === null ? '' : `: ${because.note}`
  return [
    `${pc.bold(harmless(sessionName))} asks to be allowed ${pc.bold(exact(tool))}`,
    '',
    exact(shown),
    ...(diff === null ? [] : ['', exact(diff)]),
    ...(isCut ? [pc.yellow('There is more of it than is shown.')] : []),
    '',
    pc.dim(harmless(`${because.policy} policy, ${rule}${note}`)),
    pc.dim(`${atTimeout === 'deny' ? 'denied' : 'allowed'} at ${expiresAt} if nobody answers`),
    pc.dim(`id ${approvalId}, digest ${digest.slice(0, 12)}`),
  ].join('\n')
}
