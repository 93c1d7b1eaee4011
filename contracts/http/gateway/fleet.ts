import { z } from 'zod'
import { dashboardView, killAll } from '../../fleet/index.ts'
import { route } from '../route.ts'
import { after, killAllAnswer } from '../shapes.ts'
import { missionControl } from './paths.ts'

export const fleetRoutes = {
  killAll: route({
    method: 'POST',
    path: `${missionControl}/kill-all`,
    role: 'operator',
    summary: 'Kill every agent in scope',
    body: killAll,
    answer: killAllAnswer,
    status: 202,
  }),
  dashboard: route({
    method: 'GET',
    path: `${missionControl}/dashboard`,
    role: 'observer',
    summary: 'The numbers',
    query: z.object(after),
    answer: dashboardView,
  }),
} as const
