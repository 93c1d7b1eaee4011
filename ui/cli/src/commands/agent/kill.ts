import type { KillStep } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { setTimeout as wait } from 'node:timers/promises'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from './find-session.ts'
import { sessionFrames } from './watch-session.ts'

/** A kill that is not over by then is looked at by a person. */
const patienceMs = 60_000

/** The step of the receipt that an event stands for. */
export const receiptSteps: Readonly<Record<string, KillStep>> = {
  AgentKillRequested: 'requested',
  AgentKillSignalled: 'signalled',
  AgentKillExitObserved: 'exit-observed',
  AgentDescendantsCleared: 'descendants-cleared',
  AgentResourcesReleased: 'resources-released',
}

export const registerKill: Register = (agent) => {
  agent
    .command('kill <id>')
    .description('kill an agent and all its processes, and show the receipt as it comes in')
    .option('--reason <text>', 'why, for the record')
    .option('--no-wait', 'do not wait for the receipt')
    .addHelpText(
      'after',
      '\nExit codes: 0 killed, with no process left; 1 the receipt did not come in time; 4 refused.',
    )
    .action(
      gatewayAction(async (context, given: string, { reason, wait }: { reason?: string; wait: boolean }) => {
        const { client, json } = context
        const id = await findSessionId(client, given)
        const answer = await client.call(gatewayRoutes.kill, { params: { id }, body: { reason } })
        if (!wait) return json ? printJson(answer) : print('Kill asked for')
        const after = await receipt(context, id, answer.revision)
        if (json) printJson(await client.call(gatewayRoutes.session, { params: { id }, query: { after } }))
      }),
    )
}

/** Shows the steps of a kill until everything is released; answers the position of the last. */
async function receipt({ client, json, signal }: Context, id: string, revision: number): Promise<string> {
  const enough = new AbortController()
  void wait(patienceMs, undefined, { signal: enough.signal, ref: false }).then(
    () => enough.abort(),
    () => undefined,
  )
  let startedAt: number | undefined
  for await (const frame of sessionFrames(client, id, revision, AbortSignal.any([signal, enough.signal]))) {
    if (frame.type !== 'event') continue
    const step = receiptSteps[frame.event.type]
    if (!step) continue
    const at = Date.parse(frame.event.metadata.occurredAt)
    startedAt ??= at
    if (!json) print(`${pc.green('✓')} ${step.padEnd(20)} ${pc.dim(`+${at - startedAt} ms`)}`)
    if (step === 'resources-released') {
      enough.abort()
      return frame.event.position
    }
  }
  if (signal.aborted) throw new CliError('Interrupted; the kill goes on.', { exitCode: exitCodes.interrupted })
  throw new CliError(`The kill is not over after ${patienceMs / 1000} s.`, { hint: `mosaic agent show ${id}` })
}
