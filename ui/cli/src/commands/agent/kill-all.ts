import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { fleetEvents, type KillScope } from '@mosaic/contracts/fleet'
import { gatewayRoutes, type KillAllAnswer } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { ask } from '../../ask.ts'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { scopeOption } from '../scope-option.ts'
import { notConfirmed, patienceMs, receiptSteps } from './kill.ts'

const confirmation = 'KILL ALL'
const stillFrozen = 'nothing is spawned until `mosaic fleet unfreeze`'

type KillAllOptions = { scope: KillScope; reason?: string; yes?: boolean; wait: boolean }

export const registerKillAll: Register = (agent) => {
  agent
    .command('kill-all')
    .description(`freeze a scope and kill every agent in it (asks to type ${confirmation})`)
    .addOption(scopeOption())
    .option('--reason <text>', 'why, for the record')
    .option('--yes', 'do not ask')
    .option('--no-wait', 'do not wait for the receipts')
    .addHelpText(
      'after',
      '\nThe scope stays frozen until mosaic fleet unfreeze.\nExit codes: 0 all killed; 1 accepted, and not confirmed in time; 2 not confirmed; 4 refused.',
    )
    .action(
      gatewayAction(async (context, { scope, reason, yes, wait }: KillAllOptions) => {
        const { client, json } = context
        if (!yes) await confirm(context)
        const answer = await client.killAllAgents({ scope, ...(reason !== undefined && { reason }) })
        if (!wait) {
          return json ? printJson(answer) : print(`${answer.sessionIds.length} agents in scope; ${stillFrozen}`)
        }
        const completed = await receipts(context, answer)
        if (!completed) throw notConfirmed(context, 'mosaic agent list')
        if (json) printJson({ ...answer, ...completed })
        else
          print(
            `${completed.killed.length} of ${answer.sessionIds.length} killed in ${completed.durationMs} ms; ${stillFrozen}`,
          )
      }),
    )
}

async function confirm({ client, signal }: Context): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CliError('Killing all needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
  const { live } = await client.call(gatewayRoutes.dashboard)
  const typed = await ask(`${live} agents are live. Type ${pc.bold(confirmation)} to kill them: `, signal)
  if (typed !== confirmation) throw new CliError('Nothing was killed.', { exitCode: exitCodes.usage })
}

/** Shows which agents have no process left, until the kill-all is complete. */
async function receipts({ client, json, signal }: Context, { killAllId, sessionIds, position }: KillAllAnswer) {
  const waitingFor = new Set(sessionIds)
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  try {
    // From just before the request, whose own position is not sent again.
    for await (const frame of client.follow(gatewayRoutes.eventsStream, {
      query: { from: position },
      signal: limited,
    })) {
      if (frame.type !== 'event') continue
      const { type, streamId, data } = frame.event
      const sessionId = agentSessionStream.idOf(streamId)
      if (sessionId !== null && receiptSteps[type] === 'descendants-cleared' && waitingFor.delete(sessionId) && !json)
        print(`${pc.green('✓')} ${sessionId} ${pc.dim('no process left')}`)
      if (type !== 'KillAllCompleted') continue
      const completed = fleetEvents.KillAllCompleted.schema.parse(data)
      if (completed.killAllId === killAllId) return completed
    }
  } catch {
    // It was accepted before: that nobody tells of it now is no failure of the kill.
  }
  return undefined
}
