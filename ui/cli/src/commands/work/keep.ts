import { pushWords } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { exitCodes, print, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { harmless } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'

/** Longer than the gateway waits, so that it says why not. */
const timeoutMs = 160_000

export const registerKeep: Register = (work) => {
  work
    .command('keep <id>')
    .description(
      'commit what an ended agent had not committed on its branch, and push it; no gates look at it before it lands',
    )
    .option('-m, --message <text>', 'of the commit')
    .addHelpText(
      'after',
      '\nExit codes: 0 it is on the branch, and pushed; 1 it is on the branch, and could not be pushed.',
    )
    .action(
      gatewayAction(async ({ client, json }, given: string, { message }: { message?: string }) => {
        const id = await findSessionId(client, given)
        const body = message === undefined ? {} : { message }
        const keeping = client.call(gatewayRoutes.keepWork, { params: { id }, body, timeoutMs })
        const kept = await showing('committing', keeping)
        if (json) printJson(kept)
        else {
          print(
            `${pc.green('✓')} ${kept.files === 1 ? '1 file is' : `${kept.files} files are`} on ${harmless(kept.branch)} (${kept.commit.slice(0, 12)})`,
          )
          print(pc.dim('Gates have not looked at this commit: they do when it lands, unless they are skipped for it.'))
          if (kept.push.state === 'failed') print(harmless(pushWords(kept.push, kept.branch)))
        }
        return kept.push.state === 'failed' ? exitCodes.failed : exitCodes.ok
      }),
    )
}
