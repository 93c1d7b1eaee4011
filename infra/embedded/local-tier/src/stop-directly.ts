import { userInfo } from 'node:os'
import type { KillScope } from '@mosaic/contracts/fleet'
import {
  actorHeaders,
  type KillAllAnswer,
  orchestratorRoutes,
  type RejectionCode,
  type StopAnswer,
} from '@mosaic/contracts/http'
import { newId, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { createKillers, killAllBy, killBy, orByKiller, scopeTarget, strikeOf } from '@mosaic/http/killers'
import { createUpstream } from '@mosaic/http/upstream'
import { readToken } from './instance.ts'
import { pathsOf } from './paths.ts'
import { readAddresses } from './state.ts'

type Answered<Answer> = Promise<Result<Answer, Rejection<RejectionCode>>>

/** The stop, past the gateway. */
export type StopDirectly = {
  killAll(asked: { readonly scope: KillScope; readonly reason: string | null }): Answered<KillAllAnswer>
  kill(sessionId: string, asked: { readonly reason: string | null; readonly tree: boolean }): Answered<StopAnswer>
}

/**
 * Asks this data folder's orchestrator and its killer themselves, for when the gateway does not answer: neither needs an
 * engine to carry a kill out. Nothing where no instance runs here.
 */
export function stopDirectly(dataDir: string, workspaceId = 'default'): StopDirectly | undefined {
  const paths = pathsOf(dataDir)
  const url = readAddresses(paths)?.orchestrator
  const serviceToken = readToken(paths, 'serviceToken')
  if (!url || !serviceToken) return undefined
  const orchestrator = createUpstream({
    name: 'orchestrator',
    url,
    unavailable: 'ORCHESTRATOR_UNAVAILABLE',
    headers: { authorization: `Bearer ${serviceToken}` },
  })
  const killers = createKillers({ url: undefined, dataFolder: dataDir, serviceToken })
  // Whoever may read the token's file is this machine's operator.
  const sender = { operatorId: 'local', name: userInfo().username, workspaceId, commandId: newId() }
  const headers = {
    [actorHeaders.operatorId]: sender.operatorId,
    [actorHeaders.operatorName]: encodeURIComponent(sender.name),
    [actorHeaders.workspaceId]: workspaceId,
    [actorHeaders.idempotencyKey]: sender.commandId,
  }
  return {
    killAll({ scope, reason }) {
      const body = { scope, confirm: 'KILL ALL', ...(reason !== null && { reason }) }
      const asked = orchestrator.call(orchestratorRoutes.killAll, { body, headers })
      const struck = killers.strike(strikeOf(sender, { reason, target: scopeTarget(sender, scope) }))
      return orByKiller({ asked, struck, answerOf: (strike) => killAllBy(sender, strike) })
    },
    kill(sessionId, { reason, tree }) {
      const body = { tree, ...(reason !== null && { reason }) }
      const asked = orchestrator.call(orchestratorRoutes.kill, { params: { id: sessionId }, body, headers })
      const struck = killers.strike(strikeOf(sender, { reason, target: { kind: 'session', sessionId, tree } }))
      return orByKiller({ asked, struck, answerOf: (strike) => killBy(sessionId, strike) })
    },
  }
}
