import type { FleetEvent, FleetRejection } from '@mosaic/contracts/fleet'
import { expect, test } from 'vitest'
import { fleet, type FleetCommand } from './fleet.ts'

const killAllId = '01890000-0000-7000-8000-000000000003'
const otherId = '01890000-0000-7000-8000-000000000004'
const sessionIds = ['01890000-0000-7000-8000-000000000001']
const scope = { kind: 'all' } as const

const commands = {
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

const states = {
  calm: [],
  killing: [requested(killAllId)],
  'killing for another': [requested(otherId)],
  'killing for both': [requested(killAllId), requested(otherId)],
  'calm again': [requested(killAllId), done(killAllId)],
} as const satisfies Record<string, readonly FleetEvent[]>

type Cell = readonly FleetEvent['type'][] | FleetRejection

const table: Record<keyof typeof states, Record<FleetCommand['type'], Cell>> = {
  calm: { KillAll: ['KillAllRequested'], CompleteKillAll: 'KILL_ALL_NOT_FOUND' },
  killing: { KillAll: [], CompleteKillAll: ['KillAllCompleted'] },
  'killing for another': { KillAll: ['KillAllRequested'], CompleteKillAll: 'KILL_ALL_NOT_FOUND' },
  'killing for both': { KillAll: [], CompleteKillAll: ['KillAllCompleted'] },
  'calm again': { KillAll: ['KillAllRequested'], CompleteKillAll: 'KILL_ALL_NOT_FOUND' },
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([command, cell]) => ({
    state: state as keyof typeof states,
    command: command as FleetCommand['type'],
    cell,
  })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  const folded = (states[state] as readonly FleetEvent[]).reduce(fleet.evolve, fleet.initialState)
  const decided = fleet.decide(commands[command], folded)
  expect(decided.ok ? decided.value.map(({ type }) => type) : decided.error.code).toEqual(cell)
})
