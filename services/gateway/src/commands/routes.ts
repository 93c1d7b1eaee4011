import type { AgentProvider } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { err } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { killAllBy, type Killers, orByKiller, scopeTarget, strikeOf } from '@mosaic/http/killers'
import { headersOf } from '../providers/orchestrated.ts'
import { operatorOf } from '../sign-in/authenticate.ts'
import { defaultTimeoutMs, type Upstream } from '@mosaic/http'
import { senderOf } from './sender.ts'
import { isAdmin, withoutSandbox } from './without-sandbox.ts'

/** Looking at a repository may take a while over the network. */
const repositoryTimeoutMs = 60_000
/** An origin is asked some times, and may take half a minute for each answer. */
const pushTimeoutMs = 150_000

type Shared = keyof typeof gatewayRoutes & keyof typeof orchestratorRoutes
/** Both say that they answer the same. */
type Alike = {
  [Name in Shared]: (typeof orchestratorRoutes)[Name]['answer'] extends (typeof gatewayRoutes)[Name]['answer']
    ? Name
    : never
}[Shared]

/** What the orchestrator answers under the same name, and how long it may take for that. */
const passedOn = {
  allowSecret: defaultTimeoutMs,
  takeTerminal: defaultTimeoutMs,
  releaseTerminal: defaultTimeoutMs,
  pushWork: pushTimeoutMs,
  mergeWork: repositoryTimeoutMs,
  keepWork: pushTimeoutMs,
  discardWork: repositoryTimeoutMs,
  pruneWork: repositoryTimeoutMs,
  pruneStored: pushTimeoutMs,
  workLook: repositoryTimeoutMs,
  workPatch: repositoryTimeoutMs,
  freeze: defaultTimeoutMs,
  unfreeze: defaultTimeoutMs,
  inspectRepository: repositoryTimeoutMs,
  approveSettings: repositoryTimeoutMs,
  revokeSettings: defaultTimeoutMs,
  decideApproval: defaultTimeoutMs,
  approvalPolicy: defaultTimeoutMs,
  setApprovalPolicy: defaultTimeoutMs,
  checkApprovalPolicy: defaultTimeoutMs,
  secretRules: defaultTimeoutMs,
  addSecretPattern: defaultTimeoutMs,
  removeSecretPattern: defaultTimeoutMs,
  allowFingerprint: defaultTimeoutMs,
  revokeFingerprint: defaultTimeoutMs,
} as const satisfies Partial<Record<Alike, number>>

/** Commands are decided elsewhere; here they only get the name of who asks. */
export function addCommandRoutes(
  app: FastifyInstance,
  { orchestrator, killers, provider }: { orchestrator: Upstream; killers: Killers; provider: AgentProvider },
): void {
  for (const name of Object.keys(passedOn) as (keyof typeof passedOn)[]) {
    addRoute(app, gatewayRoutes[name], ({ params, query, body, request, reply }) => {
      const headers = headersOf(senderOf(request, reply))
      return orchestrator.call(orchestratorRoutes[name], { params, query, body, headers, timeoutMs: passedOn[name] })
    })
  }
  addRoute(app, gatewayRoutes.killAll, ({ body, request, reply }) => {
    const sender = senderOf(request, reply)
    const asked = orchestrator.call(orchestratorRoutes.killAll, { body, headers: headersOf(sender) })
    const target = scopeTarget(sender, body.scope)
    const struck = killers.strike(strikeOf(sender, { reason: body.reason ?? null, target }))
    return orByKiller({ asked, struck, answerOf: (strike) => killAllBy(sender, strike) })
  })
  addSpawnRoutes(app, orchestrator, provider)
  addSteeringRoutes(app, provider)
}

/** Only admins spawn agents without a sandbox, in whatever way. */
function addSpawnRoutes(app: FastifyInstance, orchestrator: Upstream, provider: AgentProvider): void {
  addRoute(app, gatewayRoutes.spawn, async ({ body, request, reply }) => {
    if (body.sandbox === 'process' && !isAdmin(request)) return err({ ...withoutSandbox, field: 'sandbox' })
    const headers = headersOf(senderOf(request, reply))
    return orchestrator.call(orchestratorRoutes.spawn, { body, headers, timeoutMs: repositoryTimeoutMs })
  })
  for (const verb of ['continue', 'retry'] as const) {
    addRoute(app, gatewayRoutes[verb], async ({ params, body, request, reply }) => {
      const earlier = isAdmin(request) ? undefined : await provider.getSession(params.id, operatorOf(request))
      if (earlier && !earlier.ok) return earlier
      if (earlier?.value.sandbox?.kind === 'process') return err(withoutSandbox)
      const headers = headersOf(senderOf(request, reply))
      return orchestrator.call(orchestratorRoutes[verb], { params, body, headers, timeoutMs: repositoryTimeoutMs })
    })
  }
}

/** An agent is steered by whoever provides it. */
function addSteeringRoutes(app: FastifyInstance, provider: AgentProvider): void {
  addRoute(app, gatewayRoutes.inject, ({ params: { id }, body, request, reply }) =>
    provider.injectMessage(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.pause, ({ params: { id }, body, request, reply }) =>
    provider.pause(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.resume, ({ params: { id }, body, request, reply }) =>
    provider.resume(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.retryModelCall, ({ params: { id }, body, request, reply }) =>
    provider.retryModelCall(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.terminate, ({ params: { id }, body, request, reply }) =>
    provider.terminate(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.kill, ({ params: { id }, body, request, reply }) =>
    provider.kill(id, body, senderOf(request, reply)),
  )
}
