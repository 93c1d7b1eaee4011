import { freezeView } from '@mosaic/contracts/fleet'
import { foldProjection } from '@mosaic/postgres'
import { type FleetState, fleetStateView } from '@mosaic/views'
import { z } from 'zod'
import { fleets } from './migrations/001-fleets.ts'

type FleetRow = {
  readonly workspace_id: string
  readonly revision: number | string
  readonly freezes: FleetState['freezes']
}
type StoredRow = Omit<FleetRow, 'freezes'> & { readonly freezes: unknown }

/** What is frozen, a row per workspace that ever was. */
export const fleetProjection = foldProjection(fleetStateView, {
  name: 'fleet',
  version: 2,
  categories: ['fleet'],
  scope: 'workspace',
  migrations: [fleets],
  table: 'fleets',
  columns: { workspace_id: 'text', revision: 'bigint', freezes: 'jsonb' },
  key: ['workspace_id'],
  lookUp: ['workspace_id'],
  rowOf: ({ workspaceId, revision, freezes }: FleetState): FleetRow => ({
    workspace_id: workspaceId,
    revision,
    freezes,
  }),
  stateOf: (row: StoredRow): FleetState => ({
    workspaceId: row.workspace_id,
    revision: Number(row.revision),
    freezes: z.array(freezeView).parse(row.freezes),
  }),
})
