export { freezeFleet, killAll, killScope, unfreezeFleet, type KillScope } from './commands.ts'
export { fleetEvents, type FleetEvent } from './events.ts'
export { isInScope, isSameScope, type Scoped, scopeName, scopeWords } from './scope.ts'
export {
  type KillAllNote,
  killAllNote,
  killerAddress,
  type KillNote,
  killNote,
  type KillSeen,
  killSeen,
  type LiveSession,
  liveSession,
  type Strike,
  strike,
  type StrikeAnswer,
  strikeAnswer,
} from './kills.ts'
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
