import type { FleetEvent, FleetRejection, KillScope } from '@mosaic/contracts/fleet'
import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'

/** The kill-alls of a workspace that have not come to their end. */
export type Fleet =
  | { readonly status: 'calm' }
  | { readonly status: 'killing'; readonly killAlls: ReadonlyMap<string, readonly string[]> }

export type FleetCommand =
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

function decide(command: FleetCommand, fleet: Fleet): Decision {
  const open = fleet.status === 'killing' && fleet.killAlls.has(command.killAllId)
  switch (command.type) {
    case 'KillAll': {
      const { type: _, sessionIds, ...request } = command
      return ok(open ? [] : [{ type: 'KillAllRequested', data: { ...request, sessionIds: [...sessionIds] } }])
    }
    case 'CompleteKillAll': {
      if (!open) return err({ code: 'KILL_ALL_NOT_FOUND', message: 'there is no such kill-all under way' })
      const { killAllId, killed, durationMs } = command
      return ok([{ type: 'KillAllCompleted', data: { killAllId, killed: [...killed], durationMs } }])
    }
  }
}

function evolve(fleet: Fleet, event: FleetEvent): Fleet {
  const killAlls = new Map(fleet.status === 'killing' ? fleet.killAlls : [])
  switch (event.type) {
    case 'KillAllRequested':
      killAlls.set(event.data.killAllId, event.data.sessionIds)
      return { status: 'killing', killAlls }
    case 'KillAllCompleted':
      killAlls.delete(event.data.killAllId)
      return killAlls.size > 0 ? { status: 'killing', killAlls } : { status: 'calm' }
  }
}

export const fleet: Decider<Fleet, FleetCommand, FleetEvent, FleetRejection> = {
  initialState: { status: 'calm' },
  decide,
  evolve,
}
