import type { Sender } from '@mosaic/contracts/agent-provider'
import type { KillScope, Strike, StrikeAnswer } from '@mosaic/contracts/fleet'
import type { KillAllAnswer, StopAnswer } from '@mosaic/contracts/http'
import { type Clock, systemClock } from '@mosaic/contracts/kernel'
import { commandIdOf, uuidv5 } from '@mosaic/event-store'

type Asked = { readonly reason: string | null; readonly target: Strike['target'] }

/** What the orchestrator is asked for, as its killer takes it: under the ids that the orchestrator would give it. */
export function strikeOf(sender: Sender, { reason, target }: Asked, clock: Clock = systemClock): Strike {
  return {
    commandId: commandOf(sender),
    workspaceId: sender.workspaceId,
    actor: { kind: 'operator', id: sender.operatorId, name: sender.name },
    reason,
    requestedAt: clock.now().toISOString(),
    target,
  }
}

export const scopeTarget = (sender: Sender, scope: KillScope) =>
  ({ kind: 'scope', killAllId: killAllOf(sender), scope }) as const

/** Before anything of it stands in the log. */
const start = '0'

export const killAllBy = (sender: Sender, { sessionIds, unconfirmed }: StrikeAnswer): KillAllAnswer => ({
  killAllId: killAllOf(sender),
  sessionIds,
  unconfirmed,
  recorded: false,
  position: start,
})

export const killBy = (sessionId: string, { sessionIds, unconfirmed }: StrikeAnswer): StopAnswer => ({
  sessionId,
  // As far as the log knows.
  status: 'running',
  revision: 0,
  tree: sessionIds.filter((id) => id !== sessionId),
  unconfirmed,
  livesOn: 0,
  recorded: false,
  position: start,
})

const commandOf = ({ workspaceId, operatorId, commandId: key }: Sender) => commandIdOf({ workspaceId, operatorId, key })
const killAllOf = (sender: Sender) => uuidv5(`${commandOf(sender)}/kill-all`)
