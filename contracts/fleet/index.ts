export { killAll, killScope, type KillScope } from './commands.ts'
export { fleetEvents, type FleetEvent } from './events.ts'
export { fleetRejections, type FleetRejection } from './rejections.ts'
export { dashboardView, killAllView, latencyView, type DashboardView, type KillAllView } from './views.ts'
