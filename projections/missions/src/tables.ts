import type { MissionView } from '@mosaic/contracts/mission'

export type MissionRow = {
  mission_id: string
  workspace_id: string
  status: string
  /** Commit position of its creation: the order of "newest first" and the page cursor. */
  created_position: string
  view: MissionView
}

export type MissionTables = { missions: MissionRow }

export const missionColumns = {
  mission_id: 'uuid',
  workspace_id: 'text',
  status: 'text',
  created_position: 'bigint',
  view: 'jsonb',
} as const satisfies Record<keyof MissionRow, string>
