import { type ChangeAnswer, orchestratorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { compilePattern, harmIn, PatternError } from '@mosaic/redaction'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { SecretRulesCommand } from '../../domain/secret-rules/secret-rules.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

type Change = (workspaceId: string) => SecretRulesCommand
type Changed = Result<ChangeAnswer, Rejection<RejectionCode>>

/** What people say of secrets in a workspace. It counts for what is written and committed from then on. */
export function changeSecretRulesRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  const change = (request: FastifyRequest, command: Change) => carryOut(deps, request, command)
  addRoute(app, orchestratorRoutes.addSecretPattern, async ({ body, request }) => {
    const wrong = whatIsWrong(body)
    if (wrong !== undefined) return err({ code: 'SECRET_PATTERN_INVALID', message: wrong, field: 'pattern' })
    return change(request, (workspaceId) => ({ type: 'AddSecretPattern', workspaceId, ...body }))
  })
  addRoute(app, orchestratorRoutes.removeSecretPattern, ({ body, request }) =>
    change(request, (workspaceId) => ({ type: 'RemoveSecretPattern', workspaceId, ...body })),
  )
  addRoute(app, orchestratorRoutes.allowFingerprint, ({ body, request }) =>
    change(request, (workspaceId) => ({ type: 'AllowFingerprint', workspaceId, ...body })),
  )
  addRoute(app, orchestratorRoutes.revokeFingerprint, ({ body, request }) =>
    change(request, (workspaceId) => ({ type: 'RevokeFingerprint', workspaceId, ...body })),
  )
}

async function carryOut(deps: FeatureDeps, request: FastifyRequest, command: Change): Promise<Changed> {
  const caller = await callerInWorkspace(request, deps)
  if (!caller.ok) return caller
  const { workspaceId } = caller.value
  const handled = await inTime(deps.commands.secretRules(workspaceId, command(workspaceId), caller.value))
  if (!handled.ok) return handled
  const { events, position } = handled.value
  return ok({ changed: events.length > 0, position })
}

/** A pattern is looked for in everything that is written: neither for long, nor in what the log cannot do without. */
function whatIsWrong(given: { readonly name: string; readonly pattern: string }): string | undefined {
  try {
    const harm = harmIn(compilePattern(given))
    return harm === undefined ? undefined : `the pattern is too broad: it would cover ${JSON.stringify(harm)} as well`
  } catch (fault) {
    if (fault instanceof PatternError) return `it cannot be used: ${fault.message}`
    throw fault
  }
}
