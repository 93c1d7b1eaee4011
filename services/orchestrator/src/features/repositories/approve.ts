import { orchestratorRoutes, type ApprovalAnswer, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { approveSettings, SettingsSource } from '@mosaic/contracts/repository'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import {
  findSettings,
  hashOf,
  parseSettings,
  readDecisions,
  refusalOf,
  repositoryIdOf,
} from '../../repositories/index.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

type Approval = z.output<typeof approveSettings>
type Text = Result<{ source: SettingsSource; text: string }, Rejection<RejectionCode>>

/** An operator permits what a repository's settings say, as they were shown. */
export function approveSettingsRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.approveSettings, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? approve(deps, body, caller.value) : caller
  })
}

async function approve(
  deps: FeatureDeps,
  approval: Approval,
  caller: Caller,
): Promise<Result<ApprovalAnswer, Rejection<RejectionCode>>> {
  const { repository, hash } = approval
  const found = await textOf(deps, approval, caller.workspaceId)
  if (!found.ok) return found
  const { source, text } = found.value
  if (hashOf(text) !== hash) {
    return err({
      code: 'SETTINGS_CHANGED',
      message: 'the settings are not those that were shown; look again',
      field: 'hash',
    })
  }
  const parsed = parseSettings(text)
  if (!parsed.ok) return err({ code: 'SETTINGS_INVALID', message: parsed.error, field: 'repository' })
  const repositoryId = repositoryIdOf({ workspaceId: caller.workspaceId, repository })
  const command = { type: 'ApproveSettings', repositoryId, repository, source, hash, text } as const
  const handled = await inTime(deps.commands.repository(repositoryId, command, caller))
  if (!handled.ok) return handled
  const { events, position } = handled.value
  return ok({ hash, changed: events.length > 0, position })
}

async function textOf({ store, repositories }: FeatureDeps, approval: Approval, workspaceId: string): Promise<Text> {
  const { repository, branch, text } = approval
  if (text !== undefined) return ok({ source: 'operator', text })
  const looked = await repositories.look(repository, branch)
  if (!looked.ok) return err(refusalOf(looked.error))
  const found = await findSettings(readDecisions(store), { workspaceId, repository }, { snapshot: looked.value })
  if (found) return ok(found)
  return err({ code: 'SETTINGS_NOT_FOUND', message: 'the repository has no settings to approve', field: 'repository' })
}
