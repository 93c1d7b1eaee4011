import type { ApprovalDecision } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { findApproval } from './find-approval.ts'

type Options = { readonly note?: string; readonly session?: boolean }

export const registerDecide: Register = (approval) => {
  approval
    .command('approve <id>')
    .description('let an agent make the call that it asks about; no other')
    .option('--session', 'and every one to the letter like it, for as long as the session lives')
    .option('--note <text>', 'kept with the decision')
    .action(
      gatewayAction((context, given: string, options: Options) =>
        decide(context, given, { ...options, decision: 'approved' }),
      ),
    )
  approval
    .command('deny <id>')
    .description('refuse the call that an agent asks about')
    .option('--note <text>', 'why, or what to do instead: the agent is told')
    .action(
      gatewayAction((context, given: string, options: Options) =>
        decide(context, given, { ...options, decision: 'denied' }),
      ),
    )
}

async function decide(
  { client, json }: Context,
  given: string,
  { decision, note, session }: Options & { readonly decision: ApprovalDecision },
): Promise<void> {
  const { sessionId, approvalId, digest, sessionName } = await findApproval(client, given)
  const body = {
    decision,
    digest,
    scope: session ? ('session' as const) : ('once' as const),
    ...(note !== undefined && { note }),
  }
  const answer = await client.call(gatewayRoutes.decideApproval, { params: { id: sessionId, approvalId }, body })
  if (json) return printJson(answer)
  const done = decision === 'approved' ? `Approved${session ? ' for this session' : ''}` : 'Denied'
  print(`${done}: ${harmless(sessionName)} goes on.`)
}
