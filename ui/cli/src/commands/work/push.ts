import { pushWords } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { exitCodes, print, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'

/** Longer than the gateway waits, so that it says why not. */
const pushTimeoutMs = 160_000

export const registerPush: Register = (work) => {
  work
    .command('push <id>')
    .description(
      'send to the repository what it does not have of an agent’s work, and keep what could not be kept at its end',
    )
    .addHelpText('after', '\nExit codes: 0 the repository has it all; 1 something could not be pushed, or kept.')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const id = await findSessionId(client, given)
        const answer = await client.call(gatewayRoutes.pushWork, { params: { id }, body: {}, timeoutMs: pushTimeoutMs })
        const { branch, uncommitted, left } = answer
        if (json) printJson(answer)
        else {
          if (branch) print(`Branch: ${harmless(pushWords(branch, null))}`)
          if (uncommitted) print(`Uncommitted work: ${harmless(pushWords(uncommitted, null))}`)
          if (left) print(`Still in its worktree: ${harmless(left.message)} (mosaic agent show ${id})`)
          if (!branch && !uncommitted && !left) print('It has committed nothing, and left nothing uncommitted.')
        }
        const isWhole = left === null && [branch, uncommitted].every((push) => push?.state !== 'failed')
        return isWhole ? exitCodes.ok : exitCodes.failed
      }),
    )
}
