import { z } from 'zod'
import { dashboardView, fleetView, freezeFleet, killAll, unfreezeFleet } from '../../fleet/index.ts'
import { route } from '../route.ts'
import { after, freezeAnswer, killAllAnswer } from '../shapes.ts'
import { missionControl } from './paths.ts'

export const fleetRoutes = {
  killAll: route({
    method: 'POST',
    path: `${missionControl}/kill-all`,
    role: 'operator',
    summary: 'Freeze the scope and kill every agent in it',
    body: killAll,
    answer: killAllAnswer,
    status: 202,
  }),
  fleet: route({
    method: 'GET',
    path: `${missionControl}/fleet`,
    role: 'observer',
    summary: 'What is frozen',
    query: z.object(after),
    answer: fleetView,
  }),
  freeze: route({
    method: 'POST',
    path: `${missionControl}/fleet/freeze`,
    role: 'operator',
    summary: 'Spawn nothing in scope any more',
    body: freezeFleet,
    answer: freezeAnswer,
    status: 202,
  }),
  unfreeze: route({
    method: 'POST',
    path: `${missionControl}/fleet/unfreeze`,
    role: 'operator',
    summary: 'Spawn again',
    body: unfreezeFleet,
    answer: freezeAnswer,
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
