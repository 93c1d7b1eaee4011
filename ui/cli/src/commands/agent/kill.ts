import { hasEnded, type KillStep } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, type StopAnswer } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { orDirectly, stopTimeoutMs } from '../../gateway/stop.ts'
import { findSessionId } from './find-session.ts'
import { sessionFrames } from './watch-session.ts'

/** By then it is said how it stands, in milliseconds. */
export const patienceMs = 10_000

/** The step of the receipt that an event stands for. */
export const receiptSteps: Readonly<Record<string, KillStep>> = {
  AgentKillRequested: 'requested',
  AgentKillSignalled: 'signalled',
  AgentKillExitObserved: 'exit-observed',
  AgentDescendantsCleared: 'descendants-cleared',
  AgentResourcesReleased: 'resources-released',
}

type KillOptions = { reason?: string; tree?: boolean; wait: boolean }

export const registerKill: Register = (agent) => {
  agent
    .command('kill <id>')
    .description('kill an agent and all its processes, and show the receipt as it comes in')
    .option('--tree', 'and all agents below it, also those that are being spawned')
    .option('--reason <text>', 'why, for the record')
    .option('--no-wait', 'do not wait for the receipt')
    .addHelpText(
      'after',
      `\nExit codes: 0 killed, with no process left; 1 accepted, and not confirmed within ${patienceMs / 1000} s; 4 refused.`,
    )
    .action(
      gatewayAction(async (context, given: string, { reason, tree, wait }: KillOptions) => {
        const { client, json } = context
        const id = await findSessionId(client, given)
        const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)])
        const answer = await orDirectly(context, {
          ask: () =>
            client.call(gatewayRoutes.kill, { params: { id }, body: { reason, tree }, timeoutMs: stopTimeoutMs }),
          directly: (stop) => stop.kill(id, { reason: reason ?? null, tree: tree ?? false }),
        })
        if (!answer.recorded) return unrecorded(context, answer)
        if (!wait) return json ? printJson(answer) : print(['Kill asked for', ...belowText(id, answer)].join('; '))
        // One that had ended before is not killed: only those below it are.
        const after = hasEnded(answer.status)
          ? answer.position
          : await receipt({ ...context, signal }, id, answer.revision)
        if (after === undefined || answer.unconfirmed.length > 0) throw notConfirmed(context, `mosaic agent show ${id}`)
        if (!json) return belowText(id, answer).forEach(print)
        const session = await client.call(gatewayRoutes.session, { params: { id }, query: { after } })
        const { livesOn, unconfirmed } = answer
        printJson({ ...session, tree: answer.tree, unconfirmed, livesOn })
      }),
    )
}

/** Said of a kill that is carried out while the log cannot be written. */
export const notRecorded =
  'this is not recorded yet: the receipts follow when the event store and the orchestrator answer.'

/** There is nothing to follow. */
function unrecorded({ json }: Context, answer: StopAnswer): number {
  const { unconfirmed } = answer
  if (json) printJson(answer)
  else if (unconfirmed.length > 0)
    print(`Accepted, and processes of ${unconfirmed.length} may be alive; ${notRecorded}`)
  else print(`No process is left; ${notRecorded}`)
  return unconfirmed.length > 0 ? exitCodes.failed : exitCodes.ok
}

/** What became of the agents below one that was ended; nothing where there are none. */
export function belowText(id: string, { tree, livesOn }: StopAnswer): string[] {
  const agents = (count: number) => `${count} ${count === 1 ? 'agent' : 'agents'}`
  return [
    ...(tree.length > 0 ? [`and ${agents(tree.length)} below it`] : []),
    ...(livesOn > 0
      ? [
          `${agents(livesOn)} below it ${livesOn === 1 ? 'lives' : 'live'} on (end them with: mosaic agent kill --tree ${id})`,
        ]
      : []),
  ]
}

/** Said of a kill that is carried out whatever becomes of the one who asks. */
export function notConfirmed({ signal }: Context, follow: string): CliError {
  if (signal.aborted) return new CliError('Interrupted; the kill goes on.', { exitCode: exitCodes.interrupted })
  return new CliError('Accepted, not yet confirmed: the agents are cut off, and their receipts have still to come.', {
    hint: `Follow it with: ${follow}`,
  })
}

/** Shows the steps of a kill until no process is left; answers that position, or nothing when it cannot be followed. */
async function receipt({ client, json, signal }: Context, id: string, revision: number): Promise<string | undefined> {
  let startedAt: number | undefined
  try {
    for await (const frame of sessionFrames(client, id, revision, signal)) {
      if (frame.type !== 'event') continue
      const step = receiptSteps[frame.event.type]
      if (!step) continue
      const at = Date.parse(frame.event.metadata.occurredAt)
      startedAt ??= at
      if (!json) print(`${pc.green('✓')} ${step.padEnd(20)} ${pc.dim(`+${at - startedAt} ms`)}`)
      if (step === 'descendants-cleared') return frame.event.position
    }
  } catch {
    // It was accepted before: that nobody tells of it now is no failure of the kill.
  }
  return undefined
}
