import type { FleetEvent, FleetRejection, KillScope } from '@mosaic/contracts/fleet'
import { expect, test } from 'vitest'
import { fleet, type FleetCommand } from './fleet.ts'

const killAllId = '01890000-0000-7000-8000-000000000003'
const otherId = '01890000-0000-7000-8000-000000000004'
const sessionIds = ['01890000-0000-7000-8000-000000000001']
const scope = { kind: 'all' } as const

const commands = {
  FreezeFleet: { type: 'FreezeFleet', scope, reason: null },
  UnfreezeFleet: { type: 'UnfreezeFleet', reason: null },
  KillAll: { type: 'KillAll', killAllId, scope, reason: null, sessionIds },
  CompleteKillAll: { type: 'CompleteKillAll', killAllId, killed: sessionIds, durationMs: 5 },
} as const satisfies { [Type in FleetCommand['type']]: Extract<FleetCommand, { type: Type }> }

const requested = (id: string): FleetEvent => ({
  type: 'KillAllRequested',
  data: { killAllId: id, scope, reason: null, sessionIds },
})
const done = (id: string): FleetEvent => ({
  type: 'KillAllCompleted',
  data: { killAllId: id, killed: sessionIds, durationMs: 5 },
})

const frozen = (by: KillScope): FleetEvent => ({
  type: 'FleetFrozen',
  data: { scope: by, reason: null, killAllId: null },
})
const unfrozen: FleetEvent = { type: 'FleetUnfrozen', data: { reason: null } }

const states = {
  calm: [],
  frozen: [frozen(scope)],
  'frozen elsewhere': [frozen({ kind: 'modelProvider', modelProvider: 'scripted' })],
  unfrozen: [frozen(scope), frozen({ kind: 'runtime', runtime: 'internal' }), unfrozen],
  killing: [frozen(scope), requested(killAllId)],
  'killing for another': [frozen(scope), requested(otherId)],
  'killing for both': [frozen(scope), requested(killAllId), requested(otherId)],
  'killed all': [frozen(scope), requested(killAllId), done(killAllId)],
} as const satisfies Record<string, readonly FleetEvent[]>

type Cell = readonly FleetEvent['type'][] | FleetRejection

const both = ['FleetFrozen', 'KillAllRequested'] as const
const none = 'KILL_ALL_NOT_FOUND'

// FreezeFleet, UnfreezeFleet, KillAll, CompleteKillAll
const table: Record<keyof typeof states, readonly [Cell, Cell, Cell, Cell]> = {
  calm: [['FleetFrozen'], [], both, none],
  frozen: [[], ['FleetUnfrozen'], both, none],
  'frozen elsewhere': [['FleetFrozen'], ['FleetUnfrozen'], both, none],
  unfrozen: [['FleetFrozen'], [], both, none],
  killing: [[], ['FleetUnfrozen'], [], ['KillAllCompleted']],
  'killing for another': [[], ['FleetUnfrozen'], both, none],
  'killing for both': [[], ['FleetUnfrozen'], [], ['KillAllCompleted']],
  'killed all': [[], ['FleetUnfrozen'], both, none],
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.values(commands).map((command, index) => ({
    state: state as keyof typeof states,
    command,
    cell: row[index],
  })),
)

test.each(cells)('$state × $command.type → $cell', ({ state, command, cell }) => {
  const folded = (states[state] as readonly FleetEvent[]).reduce(fleet.evolve, fleet.initialState)
  const decided = fleet.decide(command, folded)
  expect(decided.ok ? decided.value.map(({ type }) => type) : decided.error.code).toEqual(cell)
})
