import type { RuntimeCapabilities, SpawnAgent } from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection } from '@mosaic/contracts/kernel'
import type { Spec } from '../../domain/agent-session/index.ts'
import type { GitWorkspace } from '../../git/index.ts'
import type { ChooseProvider } from '../../sandbox/index.ts'
import type { Again, Planned } from '../contract.ts'
import type { Models, ModelTable } from '../model/index.ts'
import { checkRepository, withoutPrice, worktreeAsked } from '../worktree/index.ts'
import { agentAsked } from './asked.ts'
import type { InstalledAgents } from './installed.ts'
import type { Preset } from './presets.ts'
import type { Addresses } from './relay/admission.ts'
import { spokenIn } from './relay/spoken.ts'

export type PlanDeps = {
  readonly git: Pick<GitWorkspace, 'inspectRepository'>
  readonly models: Pick<Models, 'choose'>
  readonly modelTable: Pick<ModelTable, 'mostUsd'>
  readonly chooseSandbox: ChooseProvider
  readonly agents: InstalledAgents
  readonly addressOf: Addresses
}

/** What control there is over any of them: its processes are in our sandbox, and the protocol can cancel a turn. */
const capabilities: RuntimeCapabilities = { pause: 'freezes', bargeIn: 'at-once', killProof: 'kernel' }

/** An agent that is installed, a model that it can ask, and a branch of a repository to work on in a sandbox. */
export async function planSpawn(deps: PlanDeps, request: SpawnAgent): Promise<Planned> {
  const { agent, approvals, repository, branch, sandbox = null } = request
  if (agent === undefined) return missing('agent', `expected the name of an agent: ${deps.agents.names.join(', ')}`)
  if (repository === undefined) return missing('repository', 'expected a path or a URL')
  const refused = notTaken(request)
  if (refused) return err(refused)
  const installed = deps.agents.folderOf(agent)
  if (!installed.ok) return installed
  const model = await deps.models.choose(request.model, request.agentType)
  if (!model.ok) return model
  const { modelProvider, model: name, fallbacks } = model.value
  if (fallbacks) return missing('model', 'expected one model: an agent of another maker asks one and no other')
  const unspoken = dialectOf(deps, modelProvider, installed.value.preset)
  if (unspoken) return err(unspoken)
  const unpriced = withoutPrice(deps.modelTable, request, [{ modelProvider, model: name }])
  if (unpriced) return err(unpriced)
  const baseBranch = await checkRepository(deps, repository, branch)
  if (!baseBranch.ok) return baseBranch
  const chosen = await deps.chooseSandbox(sandbox ?? undefined)
  if (!chosen.ok) return chosen
  if (chosen.value.provider.kind === 'process') {
    return missing('sandbox', 'expected bubblewrap or docker: agents of other makers run in a sandbox alone')
  }
  return ok({
    runtime: { kind: 'acp', agent, modelProvider, model: name, capabilities, ...(approvals && { approvals }) },
    workplace: { kind: 'worktree', repository, baseBranch: baseBranch.value, sandbox },
  })
}

export async function planChild(
  deps: PlanDeps,
  parent: Spec,
  { branch }: { readonly branch: string },
): Promise<Planned> {
  const { from: _, ...workplace } = worktreeAsked(parent)
  const checked = await checkRepository(deps, workplace.repository, branch)
  return checked.ok ? ok({ runtime: parent.runtime, workplace: { ...workplace, baseBranch: branch } }) : checked
}

export async function planAgain(deps: PlanDeps, earlier: Spec, { model }: Again): Promise<Planned> {
  const { agent } = agentAsked(earlier)
  if (model !== undefined) return missing('model', `expected none: ${agent} goes on with the model that it had`)
  const workplace = worktreeAsked(earlier)
  const checked = await checkRepository(deps, workplace.repository, workplace.baseBranch)
  return checked.ok ? ok({ runtime: earlier.runtime, workplace }) : checked
}

function notTaken({ maxTurns, skills }: SpawnAgent): Rejection<RejectionCode> | undefined {
  const given = { maxTurns, skills }
  const field = (Object.keys(given) as (keyof typeof given)[]).find((name) => given[name] !== undefined)
  if (!field) return undefined
  const message = `${field}: an agent of another maker cannot be held to it yet`
  return { code: 'VALIDATION_FAILED', message, field }
}

function dialectOf(
  { addressOf }: PlanDeps,
  modelProvider: string,
  { title, dialect }: Preset,
): Rejection<RejectionCode> | undefined {
  const address = addressOf(modelProvider, dialect)
  if (typeof address === 'string') return { code: 'MODEL_NOT_CONFIGURED', message: address, field: 'model' }
  if (!spokenIn(dialect)) {
    const message = `${title} asks its model in the dialect ${dialect}, which no agent of another maker can be given`
    return { code: 'VALIDATION_FAILED', message, field: 'agent' }
  }
  if (address.dialect === dialect) return undefined
  const message = `${title} asks its model in the dialect ${dialect}; ${modelProvider} speaks ${address.dialect}`
  return { code: 'VALIDATION_FAILED', message, field: 'model' }
}

const missing = (field: string, expected: string) =>
  err({ code: 'VALIDATION_FAILED', message: `${field}: ${expected}`, field } as const)
