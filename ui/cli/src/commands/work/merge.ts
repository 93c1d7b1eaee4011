import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { harmless, oneLine } from '../../format/text.ts'
import { showing } from '../../format/spinner.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'
import { isCheckedOutAt, mergeThere } from './checkout.ts'

type MergeOptions = { into?: string; squash?: boolean }

export const registerMerge: Register = (work) => {
  work
    .command('merge <id>')
    .description("merge an agent's branch into the branch that it started from")
    .option('--into <branch>', 'another branch')
    .option('--squash', 'one commit, without a merge')
    .addHelpText(
      'after',
      '\nA branch that is checked out in a repository of this machine is merged there, by your own git without its hooks. Nothing is forced;\nwhat conflicts is refused and stays as it was.',
    )
    .action(
      gatewayAction(async (context, given: string, { into, squash }: MergeOptions) => {
        const { client, json } = context
        const id = await findSessionId(client, given)
        const session = await client.call(gatewayRoutes.session, { params: { id } })
        const method = squash ? ('squash' as const) : ('merge' as const)
        const target = into ?? session.baseBranch ?? ''
        if (await isCheckedOutAt(session.repository, target)) await mergeHere(context, session, { target, method })
        // Merged already then: so that it is known.
        const body = { method, ...(into !== undefined && { into }) }
        const answer = await showing('merging', client.call(gatewayRoutes.mergeWork, { params: { id }, body }))
        if (json) return printJson(answer)
        print(
          `${pc.green('✓')} ${harmless(answer.branch)} is in ${harmless(answer.into)} (${answer.commit.slice(0, 12)})`,
        )
      }),
    )
}

async function mergeHere(
  { client }: Context,
  session: SessionView,
  { target, method }: { target: string; method: 'merge' | 'squash' },
): Promise<void> {
  const { sessionId, repository, branch, push, task } = session
  const look = await client.call(gatewayRoutes.workLook, { params: { id: sessionId } })
  if (look.isMerged && look.base === target) return
  const name = push?.state === 'pushed' ? push.as : branch
  if (!repository || !name) return
  const message = `Merge ${name} into ${target}\n\n${oneLine(task, 500)}\n\nMosaic-Session: ${sessionId}`
  try {
    await mergeThere(repository, { branch: name, method, message })
  } catch (error) {
    throw new CliError(`git did not merge it in ${repository}: ${harmless((error as Error).message)}`, {
      exitCode: exitCodes.refused,
      hint: `Nothing was changed. An agent can do it: mosaic agent continue ${sessionId} "Merge ${target} into your branch and resolve what conflicts."`,
    })
  }
}
