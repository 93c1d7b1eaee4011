import type { RejectionCode, WorkshopView } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import { CredentialFault } from '@mosaic/credentials'
import { StoreUnavailableError } from '@mosaic/event-store'
import { createServiceApp, type HealthReport } from '@mosaic/http'
import { describeService } from '@mosaic/http/openapi'
import type { Logger } from '@mosaic/runtime'
import type { FastifyInstance } from 'fastify'
import { agentMessagesRoute } from './features/agent-messages/route.ts'
import { agentStatusRoute } from './features/agent-status/route.ts'
import { agentTreeRoute } from './features/agent-tree/route.ts'
import { allowSecretRoute } from './features/allow-secret/route.ts'
import { workLookRoute, workPatchRoute } from './features/agent-work/look.ts'
import { liveRoutes } from './features/live/routes.ts'
import { mergeWorkRoute } from './features/agent-work/merge.ts'
import { pruneWorkRoute } from './features/agent-work/prune.ts'
import { continueAgentRoute, retryAgentRoute } from './features/continue-agent/route.ts'
import type { FeatureDeps } from './features/deps.ts'
import { injectMessageRoute } from './features/inject-message/route.ts'
import { discardWorkRoute } from './features/kept-work/discard.ts'
import { keepWorkRoute } from './features/kept-work/keep.ts'
import { killAgentRoute } from './features/kill-agent/route.ts'
import { freezeRoute, unfreezeRoute } from './features/fleet/freeze.ts'
import { killAllRoute } from './features/fleet/kill-all.ts'
import { agentPresetRoutes } from './features/agent-presets/routes.ts'
import { agentProvidersRoute } from './features/agent-providers/list.ts'
import { addAgentProviderRoute } from './features/agent-providers/add.ts'
import { changeAgentProviderRoute } from './features/agent-providers/change.ts'
import { testAgentProviderRoute } from './features/agent-providers/try.ts'
import { removeAgentProviderRoute } from './features/agent-providers/remove.ts'
import { addCodeHostRoute } from './features/code-hosts/add.ts'
import { codeHostsRoute } from './features/code-hosts/list.ts'
import { removeCodeHostRoute } from './features/code-hosts/remove.ts'
import { testCodeHostRoute } from './features/code-hosts/try.ts'
import { rotateMasterKeyRoute } from './features/credentials/rotate-master-key.ts'
import { lookAtPullRequestRoute } from './features/pull-requests/look.ts'
import { openPullRequestRoute } from './features/pull-requests/open.ts'
import { addModelProviderRoute } from './features/model-providers/add.ts'
import { checkStackRoute } from './features/landing/check.ts'
import { pushStackRoute } from './features/landing/push.ts'
import { stackLandingsRoute } from './features/landing/stack.ts'
import { modelProvidersRoute } from './features/model-providers/list.ts'
import { removeModelProviderRoute } from './features/model-providers/remove.ts'
import { testModelProviderRoute } from './features/model-providers/try.ts'
import { pauseAgentRoute } from './features/pause-agent/route.ts'
import { pushWorkRoute } from './features/push-work/route.ts'
import { pruneStoredRoute } from './features/retention/route.ts'
import { resumeAgentRoute } from './features/resume-agent/route.ts'
import { controlTerminalRoutes } from './features/control-terminal/routes.ts'
import { retryModelCallRoute } from './features/retry-model-call/route.ts'
import { approveSettingsRoute } from './features/repositories/approve.ts'
import { inspectRepositoryRoute } from './features/repositories/inspect.ts'
import { revokeSettingsRoute } from './features/repositories/revoke.ts'
import { decideApprovalRoute } from './features/approvals/decide.ts'
import { approvalPolicyRoutes } from './features/approvals/policy.ts'
import { changeSecretRulesRoutes } from './features/secrets/change.ts'
import { secretRulesRoute } from './features/secrets/list.ts'
import { checkSpawnRoute } from './features/spawn-agent/check.ts'
import { reviewAgentRoute } from './features/review-agent/route.ts'
import { runGatesRoute } from './features/run-gates/route.ts'
import { spawnAgentRoute } from './features/spawn-agent/route.ts'
import { workerSettingsRoute } from './worker/settings.ts'
import { terminateAgentRoute } from './features/terminate-agent/route.ts'
import type { Follower } from '@mosaic/reactions'

export type AppDeps = FeatureDeps & {
  readonly logger: Logger
  readonly version: string
  readonly host: string
  readonly serviceToken: string
  readonly messagingConnected: () => boolean
  readonly following: () => Follower['state']
  readonly workshop: () => WorkshopView
  readonly workerEnvironment: Readonly<Record<string, string>>
  /** What is wrong with the disk that agents work on. */
  readonly diskTrouble: () => Promise<string | undefined>
}

const routes = [
  spawnAgentRoute,
  checkSpawnRoute,
  liveRoutes,
  agentTreeRoute,
  agentStatusRoute,
  agentMessagesRoute,
  injectMessageRoute,
  pauseAgentRoute,
  resumeAgentRoute,
  retryModelCallRoute,
  controlTerminalRoutes,
  continueAgentRoute,
  retryAgentRoute,
  workLookRoute,
  workPatchRoute,
  mergeWorkRoute,
  keepWorkRoute,
  discardWorkRoute,
  pruneWorkRoute,
  pruneStoredRoute,
  stackLandingsRoute,
  checkStackRoute,
  pushStackRoute,
  openPullRequestRoute,
  lookAtPullRequestRoute,
  terminateAgentRoute,
  killAgentRoute,
  allowSecretRoute,
  pushWorkRoute,
  runGatesRoute,
  reviewAgentRoute,
  killAllRoute,
  freezeRoute,
  unfreezeRoute,
  inspectRepositoryRoute,
  approveSettingsRoute,
  revokeSettingsRoute,
  decideApprovalRoute,
  approvalPolicyRoutes,
  secretRulesRoute,
  changeSecretRulesRoutes,
  modelProvidersRoute,
  addModelProviderRoute,
  testModelProviderRoute,
  removeModelProviderRoute,
  rotateMasterKeyRoute,
  codeHostsRoute,
  agentPresetRoutes,
  addCodeHostRoute,
  testCodeHostRoute,
  removeCodeHostRoute,
  agentProvidersRoute,
  addAgentProviderRoute,
  changeAgentProviderRoute,
  testAgentProviderRoute,
  removeAgentProviderRoute,
]

/** The orchestrator's HTTP side: for programs on this machine, never for web pages. */
export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = createServiceApp({
    logger: deps.logger,
    name: 'orchestrator',
    version: deps.version,
    host: deps.host,
    serviceToken: deps.serviceToken,
    health: async () => ({ ...(await healthOf(deps)), workshop: deps.workshop() }),
    rejectionOfFault,
  })
  await describeService(app, { name: 'orchestrator', version: deps.version, description: 'Runs agents.' })
  workerSettingsRoute(app, deps.workerEnvironment)
  for (const route of routes) route(app, deps)
  return app
}

function rejectionOfFault(fault: unknown): Rejection<RejectionCode> | undefined {
  if (fault instanceof StoreUnavailableError)
    return { code: 'STORE_UNAVAILABLE', message: 'the event store does not answer; nothing is lost, try again' }
  if (!(fault instanceof CredentialFault)) return undefined
  const code = fault.code === 'IN_USE' ? 'CREDENTIALS_IN_USE' : 'CREDENTIALS_UNREADABLE'
  return { code, message: fault.message }
}

async function healthOf({ store, following, messagingConnected, diskTrouble }: AppDeps): Promise<HealthReport> {
  if (following() === 'failed') return { status: 'unhealthy', detail: 'the log can not be followed any more; ending' }
  try {
    await store.ping(1000)
  } catch {
    return { status: 'unhealthy', detail: 'the event store does not answer; running agents wait for it' }
  }
  const full = await diskTrouble()
  if (full) return { status: 'degraded', detail: full }
  if (following() === 'catching up') return { status: 'degraded', detail: 'still reading the log' }
  if (!messagingConnected()) return { status: 'degraded', detail: 'NATS is away: no live output until it is back' }
  return { status: 'healthy' }
}
