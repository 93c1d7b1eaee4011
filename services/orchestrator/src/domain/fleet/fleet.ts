import { type FleetEvent, type FleetRejection, isSameScope, type KillScope } from '@mosaic/contracts/fleet'
import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'

/** The kill-alls of a workspace that have not come to their end, and the scopes in which nothing may be spawned. */
export type Fleet = {
  readonly killAlls: ReadonlyMap<string, readonly string[]>
  readonly frozen: readonly KillScope[]
}

export type FleetCommand =
  | { readonly type: 'FreezeFleet'; readonly scope: KillScope; readonly reason: string | null }
  | { readonly type: 'UnfreezeFleet'; readonly reason: string | null }
  | {
      readonly type: 'KillAll'
      readonly killAllId: string
      readonly scope: KillScope
      readonly reason: string | null
      readonly sessionIds: readonly string[]
    }
  | {
      readonly type: 'CompleteKillAll'
      readonly killAllId: string
      readonly killed: readonly string[]
      readonly durationMs: number
    }

type Decision = Result<readonly FleetEvent[], Rejection<FleetRejection>>

function decide(command: FleetCommand, { killAlls, frozen }: Fleet): Decision {
  switch (command.type) {
    case 'FreezeFleet': {
      const { scope, reason } = command
      const already = frozen.some((other) => isSameScope(other, scope))
      return ok(already ? [] : [{ type: 'FleetFrozen', data: { scope, reason, killAllId: null } }])
    }
    case 'UnfreezeFleet':
      return ok(frozen.length === 0 ? [] : [{ type: 'FleetUnfrozen', data: { reason: command.reason } }])
    case 'KillAll': {
      const { type: _, sessionIds, ...request } = command
      if (killAlls.has(command.killAllId)) return ok([])
      // Frozen first, and in one write: nothing can be spawned between the two.
      return ok([
        { type: 'FleetFrozen', data: request },
        { type: 'KillAllRequested', data: { ...request, sessionIds: [...sessionIds] } },
      ])
    }
    case 'CompleteKillAll': {
      const { killAllId, killed, durationMs } = command
      if (!killAlls.has(killAllId)) {
        return err({ code: 'KILL_ALL_NOT_FOUND', message: 'there is no such kill-all under way' })
      }
      return ok([{ type: 'KillAllCompleted', data: { killAllId, killed: [...killed], durationMs } }])
    }
  }
}

function evolve(fleet: Fleet, event: FleetEvent): Fleet {
  switch (event.type) {
    case 'FleetFrozen': {
      const { scope } = event.data
      return { ...fleet, frozen: [...fleet.frozen.filter((other) => !isSameScope(other, scope)), scope] }
    }
    case 'FleetUnfrozen':
      return { ...fleet, frozen: [] }
    case 'KillAllRequested': {
      const { killAllId, sessionIds } = event.data
      return { ...fleet, killAlls: new Map([...fleet.killAlls, [killAllId, sessionIds]]) }
    }
    case 'KillAllCompleted': {
      const killAlls = new Map(fleet.killAlls)
      killAlls.delete(event.data.killAllId)
      return { ...fleet, killAlls }
    }
  }
}

export const fleet: Decider<Fleet, FleetCommand, FleetEvent, FleetRejection> = {
  initialState: { killAlls: new Map(), frozen: [] },
  decide,
  evolve,
}
