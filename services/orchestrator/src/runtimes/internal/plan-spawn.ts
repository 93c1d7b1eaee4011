import type { InternalRuntime, SpawnAgent } from '@mosaic/contracts/agent-session'
import { err, ok } from '@mosaic/contracts/kernel'
import type { Spec } from '../../domain/agent-session/index.ts'
import type { GitWorkspace } from '../../git/index.ts'
import type { ChooseProvider } from '../../sandbox/index.ts'
import type { Again, Planned } from '../contract.ts'
import { runtimeAsked } from './asked.ts'
import { checkRepository, withoutPrice, worktreeAsked } from '../worktree/index.ts'
import type { Models, ModelTable } from '../model/index.ts'

type PlanDeps = {
  readonly modelTable: Pick<ModelTable, 'mostUsd'>
  readonly git: Pick<GitWorkspace, 'inspectRepository'>
  readonly models: Pick<Models, 'choose'>
  readonly chooseSandbox: ChooseProvider
}

const defaultTurns = 200

/** A model, and a branch of a repository to work on in a sandbox: all looked at before anything is written. */
export async function planSpawn(deps: PlanDeps, request: SpawnAgent): Promise<Planned> {
  const { repository, branch, sandbox = null, maxTurns = defaultTurns } = request
  if (repository === undefined) {
    const message = 'repository: expected a path or a URL; an agent of the runtime internal works on a repository'
    return err({ code: 'VALIDATION_FAILED', message, field: 'repository' })
  }
  // Both are asked of others; nobody waits for a repository that does not answer to hear that there is no such model.
  const looking = checkRepository(deps, repository, branch)
  looking.catch(() => undefined)
  const model = await deps.models.choose(request.model, request.agentType)
  if (!model.ok) return model
  const { fallbacks = [], ...first } = model.value
  const unpriced = withoutPrice(deps.modelTable, request, [first, ...fallbacks])
  if (unpriced) return err(unpriced)
  const baseBranch = await looking
  if (!baseBranch.ok) return baseBranch
  const chosen = await deps.chooseSandbox(sandbox ?? undefined)
  if (!chosen.ok) return chosen
  return ok({
    runtime: { kind: 'internal', ...model.value, maxTurns },
    workplace: { kind: 'worktree', repository, baseBranch: baseBranch.value, sandbox },
  })
}

/** Its parent's model, repository and kind of sandbox; only the branch may be another. */
export async function planChild(deps: PlanDeps, parent: Spec, { branch }: { readonly branch: string }) {
  const { from: _, ...workplace } = worktreeAsked(parent)
  const checked = await checkRepository(deps, workplace.repository, branch)
  return checked.ok ? ok({ runtime: parent.runtime, workplace: { ...workplace, baseBranch: branch } }) : checked
}

/** Its repository, branch and kind of sandbox; its model as well, unless another is asked for. */
export async function planAgain(deps: PlanDeps, earlier: Spec, { model, maxTurns }: Again): Promise<Planned> {
  const workplace = worktreeAsked(earlier)
  const asked = runtimeAsked(earlier)
  const chosen = await deps.models.choose(model ?? sameModels(asked), earlier.agentType)
  if (!chosen.ok) return chosen
  const checked = await checkRepository(deps, workplace.repository, workplace.baseBranch)
  if (!checked.ok) return checked
  const runtime = { kind: 'internal' as const, ...chosen.value, maxTurns: maxTurns ?? asked.maxTurns }
  return ok({ runtime, workplace })
}

/** As a person would name them: a scripted model's own name says whose it is. */
const sameModels = ({ fallbacks = [], ...first }: InternalRuntime) =>
  [first, ...fallbacks]
    .map(({ modelProvider, model }) => (modelProvider === 'scripted' ? model : `${modelProvider}:${model}`))
    .join(',')
