import { type FleetView, fleetView } from '@mosaic/contracts/fleet'
import { checkpointOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { sql } from 'kysely'
import { fleetProjection } from './projection.ts'

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(fleetProjection.name)

/** What is frozen in the workspace, the newest last. */
export async function readFleet(transaction: WorkspaceTransaction, schema: string = live): Promise<FleetView> {
  const position = await checkpointOf(transaction, schema)
  const { rows } = await sql<{ freezes: unknown }>`select freezes from ${sql.id(schema, 'fleets')}`.execute(transaction)
  return fleetView.parse({ freezes: rows[0]?.freezes ?? [], position })
}
