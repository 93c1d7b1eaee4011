import { z } from 'zod'
import { position, uuid } from '../../kernel/index.ts'
import {
  cancelMission,
  createMission,
  missionProgress,
  missionStatus,
  pauseMission,
  resumeMission,
} from '../../mission/index.ts'
import { route } from '../route.ts'
import { after, cursor, limit, page } from '../shapes.ts'

const byId = z.object({ id: uuid })

/** Where a mission stands after a command; `changed` is false when it stood there already. */
export const missionAnswer = z.object({ missionId: uuid, changed: z.boolean(), revision: z.int(), position })
export type MissionAnswer = z.infer<typeof missionAnswer>

const command = <Body extends z.ZodType>(verb: string, summary: string, body: Body) =>
  route({
    method: 'POST',
    path: `/api/missions/:id/${verb}`,
    role: 'operator',
    summary,
    params: byId,
    body,
    answer: missionAnswer,
    status: 202,
  })

/** What a person does with missions. The commands stand at the coordinator as well, which decides. */
export const missionCommandRoutes = {
  createMission: route({
    method: 'POST',
    path: '/api/missions',
    role: 'operator',
    summary: 'Begin a mission with its tasks',
    body: createMission,
    answer: missionAnswer,
    status: 202,
  }),
  pauseMission: command('pause', 'Dispatch none of its tasks any more, and let its agents stand still', pauseMission),
  resumeMission: command('resume', 'Let a paused mission go on', resumeMission),
  cancelMission: command('cancel', 'Cancel its tasks, and end its agents', cancelMission),
} as const

export const missionRoutes = {
  ...missionCommandRoutes,
  missions: route({
    method: 'GET',
    path: '/api/missions',
    role: 'observer',
    summary: 'Missions with their progress, newest first',
    query: z.object({ status: missionStatus.optional(), limit: limit(50, 200), ...cursor, ...after }),
    answer: page(missionProgress),
  }),
  mission: route({
    method: 'GET',
    path: '/api/missions/:id',
    role: 'observer',
    summary: 'One mission with its progress',
    params: byId,
    query: z.object(after),
    answer: missionProgress,
  }),
} as const
