import { consoleLayout } from '../../operator/index.ts'
import { route } from '../route.ts'
import { missionControl } from './paths.ts'

export const layoutRoutes = {
  layout: route({
    method: 'GET',
    path: `${missionControl}/layout`,
    role: 'observer',
    summary: "The operator's panel layout",
    answer: consoleLayout,
  }),
  saveLayout: route({
    method: 'PUT',
    path: `${missionControl}/layout`,
    role: 'operator',
    summary: 'Keep the panel layout',
    body: consoleLayout,
    answer: consoleLayout,
  }),
} as const
