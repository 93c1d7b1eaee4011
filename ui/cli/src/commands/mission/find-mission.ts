import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { MissionProgress } from '@mosaic/contracts/mission'
import { findId } from '../find-by-id.ts'

/** The id of the mission that a person means: by its id, or by its title. */
export const findMissionId = (client: Client, given: string): Promise<string> =>
  findId<MissionProgress>(
    {
      noun: 'mission',
      page: (cursor) => client.call(gatewayRoutes.missions, { query: { limit: 200, cursor } }),
      idOf: ({ missionId }) => missionId,
      nameOf: ({ title }) => title,
      isMeant: ({ title }, text) => title === text,
    },
    given,
  )
