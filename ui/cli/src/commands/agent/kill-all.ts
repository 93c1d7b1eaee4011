import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { fleetEvents, type KillScope, scopeWords } from '@mosaic/contracts/fleet'
import { gatewayRoutes, type KillAllAnswer } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { ask, canAsk } from '../../ask.ts'
import type { Command } from 'commander'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { orDirectly, stopTimeoutMs } from '../../gateway/stop.ts'
import { addScopeOptions, type ScopeOptions, scopeOf } from '../scope-option.ts'
import { notConfirmed, notRecorded, patienceMs, receiptSteps } from './kill.ts'

const confirmation = 'KILL ALL'
const stillFrozen = 'nothing is spawned until `mosaic fleet unfreeze`'

type KillAllOptions = ScopeOptions & { reason?: string; yes?: boolean; wait: boolean }

export const registerKillAll: Register = (agent) => killAllCommand(agent, 'kill-all')

/** The same under `agent` and under `fleet`: who is in a hurry does not look where it stands. */
export function killAllCommand(parent: Command, name: string): void {
  addScopeOptions(parent.command(name))
    .description(`freeze a scope and kill every agent in it (asks to type ${confirmation})`)
    .option('--reason <text>', 'why, for the record')
    .option('--yes', 'do not ask')
    .option('--no-wait', 'do not wait for the receipts')
    .addHelpText(
      'after',
      '\nThe scope stays frozen until mosaic fleet unfreeze.\nExit codes: 0 all killed; 1 accepted, and not confirmed in time; 2 not confirmed; 4 refused.',
    )
    .action(
      gatewayAction(async (context, { reason, yes, wait, ...whom }: KillAllOptions) => {
        const { client, json } = context
        const scope = await scopeOf(client, whom)
        if (!yes) await confirm(context, scope)
        const answer = await orDirectly(context, {
          ask: () =>
            client.call(gatewayRoutes.killAll, {
              body: { scope, reason, confirm: confirmation },
              timeoutMs: stopTimeoutMs,
            }),
          directly: (stop) => stop.killAll({ scope, reason: reason ?? null }),
        })
        if (!answer.recorded) return unrecorded(context, answer)
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

/** Carried out, and not in the log: there is nothing to follow. */
function unrecorded({ json }: Context, answer: KillAllAnswer): number {
  const { sessionIds, unconfirmed } = answer
  if (json) printJson(answer)
  else
    print(
      `${sessionIds.length - unconfirmed.length} of ${sessionIds.length} agents have no process left; ${notRecorded}`,
    )
  return unconfirmed.length > 0 ? exitCodes.failed : exitCodes.ok
}

async function confirm({ signal }: Context, scope: KillScope): Promise<void> {
  if (!canAsk()) throw new CliError('Killing all needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
  const typed = await ask(`This kills ${scopeWords(scope)}. Type ${pc.bold(confirmation)} to do so: `, signal)
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
