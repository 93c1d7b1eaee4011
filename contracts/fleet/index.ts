export { freezeFleet, killAll, killScope, unfreezeFleet, type KillScope } from './commands.ts'
export { fleetEvents, type FleetEvent } from './events.ts'
export { isInScope, isSameScope, scopeWords } from './scope.ts'
export { fleetStream } from './stream.ts'
export { fleetRejections, type FleetRejection } from './rejections.ts'
export {
  dashboardView,
  fleetView,
  freezeView,
  latencyView,
  type DashboardView,
  type FleetView,
  type FreezeView,
} from './views.ts'
