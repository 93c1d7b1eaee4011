export { gatewayRoutes } from './gateway/index.ts'
export { projectionView, verifyAnswer } from './gateway/projections.ts'
export type { ProjectionView, VerifyAnswer } from './gateway/projections.ts'
export type { Guest } from './gateway/sign-in.ts'
export { componentStatus } from './gateway/status.ts'
export { clientFrame, serverFrame, streamFrame, topic, websocketPath } from './live.ts'
export type { ClientFrame, ServerFrame, StreamFrame, Topic } from './live.ts'
export { actorHeaders, agentSummary, orchestratorRoutes } from './orchestrator.ts'
export type { AgentSummary, AgentSummaryTree } from './orchestrator.ts'
export { problem, rejectionCodes, type Problem, type RejectionCode } from './problem.ts'
export { projectorRoutes } from './projector.ts'
export { route, urlOf, type Route } from './route.ts'
export {
  commandAnswer,
  freezeAnswer,
  health,
  killAllAnswer,
  mergeAnswer,
  page,
  pruneAnswer,
  spawnAnswer,
  stopAnswer,
} from './shapes.ts'
export type {
  ApprovalAnswer,
  CommandAnswer,
  FreezeAnswer,
  Health,
  KillAllAnswer,
  MergeAnswer,
  PruneAnswer,
  SpawnAnswer,
  StopAnswer,
  WorkshopView,
} from './shapes.ts'
