import { foldProjection } from '@mosaic/postgres'
import { missionView, withOrigin } from '@mosaic/views'
import { missions } from './migrations/001-missions.ts'
import { missionColumns, type MissionRow } from './tables.ts'

/** A mission, and the commit position of its creation: its place in the order of "newest first". */
const listed = withOrigin(missionView, (event) => event.position)

/** Every mission that was planned as one. How far it has come, the tasks say. */
export const missionsProjection = foldProjection(listed, {
  name: 'missions',
  version: 3,
  categories: ['mission'],
  scope: 'workspace',
  migrations: [missions],
  table: 'missions',
  columns: missionColumns,
  key: ['mission_id'],
  lookUp: ['mission_id'],
  rowOf: ({ state: mission, origin }): MissionRow => ({
    mission_id: mission.missionId,
    workspace_id: mission.workspaceId,
    status: mission.status,
    created_position: origin,
    view: mission,
  }),
  stateOf: (row: MissionRow) => ({ state: row.view, origin: row.created_position }),
})
