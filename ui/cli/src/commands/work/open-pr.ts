import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { harmless } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { landableSessions } from './landable.ts'

type OpenOptions = { into?: string; title?: string; body?: string; draft?: boolean }

/** Longer than the gateway waits, so that it says why not. */
const timeoutMs = 210_000

export const registerOpenPr: Register = (work) => {
  work
    .command('open-pr <id>')
    .description('open a pull request at the host for the work of a session, of a task or of a mission, and watch it')
    .option('--into <branch>', 'another branch than the one that it began at')
    .option('--title <text>', 'of the pull request (default: of the task)')
    .option('--body <text>', 'of the pull request (default: what its agent says that it has done)')
    .option('--draft', 'it is not ready to be merged')
    .addHelpText('after', help)
    .action(
      gatewayAction(async ({ client, json }, given: string, { into, title, body, draft = false }: OpenOptions) => {
        const items: unknown[] = []
        for (const sessionId of await landableSessions(client, given)) {
          const asked = { sessionId, into, title, body, draft }
          const opening = client.call(gatewayRoutes.requestPullRequest, { body: asked, timeoutMs })
          const opened = await showing('opening a pull request', opening)
          items.push(opened)
          if (json) continue
          const what = `#${opened.number} ${harmless(opened.branch)} into ${harmless(opened.into)}: ${harmless(opened.url)}`
          print(`${pc.green('✓')} ${what}${opened.isNew ? '' : ' (it was open already)'}`)
        }
        if (json) printJson({ items })
        else if (items.length === 0) print('There is nothing to propose.')
      }),
    )
}

const help = `
The branch is pushed first, where its repository does not have it. The host is known by the repository's address; its token
comes from "mosaic host add". Checks that fail and what reviewers say go to the agent, three times at most; then the session
needs attention. Asked for again, the pull request that is open is answered, and its agent hears of it three times more.

Exit codes: 0 it is open, 4 refused, with the reason.`
