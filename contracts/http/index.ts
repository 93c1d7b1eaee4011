export { gatewayRoutes } from './gateway/index.ts'
export { type BudgetAnswer, ownWorkspace } from './gateway/budgets.ts'
export type { MissionAnswer } from './gateway/missions.ts'
export type { QueueAnswer, TaskAnswer } from './gateway/tasks.ts'
export { projectionView, verifyAnswer } from './gateway/projections.ts'
export type { ProjectionView, VerifyAnswer } from './gateway/projections.ts'
export type { Guest } from './gateway/sign-in.ts'
export { componentStatus } from './gateway/status.ts'
export { coordinatorRoutes } from './coordinator.ts'
export { killerRoutes } from './killer.ts'
export { clientFrame, serverFrame, signedOutCode, streamFrame, topic, websocketPath } from './live.ts'
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
  keepAnswer,
  mergeAnswer,
  page,
  pruneAnswer,
  spawnAnswer,
  stopAnswer,
} from './shapes.ts'
export type {
  ApprovalAnswer,
  ChangeAnswer,
  CommandAnswer,
  FreezeAnswer,
  Health,
  KillAllAnswer,
  KeepAnswer,
  MergeAnswer,
  PruneAnswer,
  RevocationAnswer,
  SpawnAnswer,
  StopAnswer,
  StoredRemoval,
  WorkshopView,
} from './shapes.ts'
