import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { agrees, canAsk } from '../../ask.ts'
import { CliError, exitCodes, print, printError, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'
import { doubtsAbout, wayOn } from './choice.ts'
import { taskCompared } from './compared.ts'
import { findTaskId } from './find-task.ts'

export const registerChoose: Register = (task) => {
  task
    .command('choose <id> <session>')
    .description('take one of several attempts that has completed, for good; the others end')
    .option('--yes', 'also where its gates have failed, it has committed nothing, or left changes uncommitted')
    .action(gatewayAction(choose))
}

export async function choose(context: Context, given: string, session: string, { yes }: { yes?: boolean }) {
  const { client, json } = context
  const params = { id: await findTaskId(client, given) }
  const sessionId = await findSessionId(client, session)
  const [{ attempts }, view] = await Promise.all([
    taskCompared(client, params.id),
    client.call(gatewayRoutes.session, { params: { id: sessionId } }),
  ])
  const attempt = attempts.find((each) => each.sessionId === sessionId)
  // Whose attempt it is none of is refused.
  const chosen = attempt && { attempt, session: view }
  if (chosen && !yes) await confirm(context, doubtsAbout(chosen))
  const answer = await client.call(gatewayRoutes.chooseAttempt, { params, body: { sessionId } })
  if (json) printJson(answer)
  else print(`Chosen: ${sessionId}; the others end.${chosen ? ` ${wayOn(params.id, chosen)}` : ''}`)
}

async function confirm({ signal }: Context, doubts: readonly string[]): Promise<void> {
  if (doubts.length === 0) return
  for (const doubt of doubts) printError(pc.yellow(harmless(doubt)))
  if (!canAsk())
    throw new CliError('A choice is final, and this one needs --yes where nobody can be asked.', {
      exitCode: exitCodes.usage,
      hint: doubts.map(harmless).join(' '),
    })
  if (await agrees('The choice is final, and the other attempts end. Take it?', signal)) return
  throw new CliError('Nothing was chosen.', { exitCode: exitCodes.usage })
}
