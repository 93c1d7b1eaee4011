import type { RuntimeCapabilities, SpawnAgent } from '@mosaic/contracts/agent-session'
import { err, ok } from '@mosaic/contracts/kernel'
import type { Spec } from '../../domain/agent-session/index.ts'
import type { Again, Planned } from '../contract.ts'
import { checkRepository, type Grounds, worktreeAsked } from '../worktree/index.ts'

export type PlanDeps = Pick<Grounds, 'git' | 'chooseSandbox'>

/** Its processes are in our sandbox, and what is typed is read when its program reads. */
const capabilities: RuntimeCapabilities = { pause: 'freezes', bargeIn: 'at-once', killProof: 'kernel' }

/** A command, and a branch of a repository to work on in a sandbox. */
export async function planSpawn(deps: PlanDeps, request: SpawnAgent): Promise<Planned> {
  const { command, repository, branch, sandbox = null } = request
  if (command === undefined) return missing('command', 'expected what is to be run in the terminal')
  if (repository === undefined) return missing('repository', 'expected a path or a URL')
  const { model, maxTurns, budget, skills, agent, approvals } = request
  const given = { model, maxTurns, budget, skills, agent, approvals }
  const field = (Object.keys(given) as (keyof typeof given)[]).find((name) => given[name] !== undefined)
  if (field) return missing(field, 'is nothing that a terminal can be held to')
  const baseBranch = await checkRepository(deps, repository, branch)
  if (!baseBranch.ok) return baseBranch
  const chosen = await deps.chooseSandbox(sandbox ?? undefined)
  if (!chosen.ok) return chosen
  if (chosen.value.provider.kind === 'process') {
    return missing('sandbox', 'expected bubblewrap or docker: terminals are run in a sandbox alone')
  }
  return ok({
    runtime: { kind: 'pty', modelProvider: null, model: null, command, capabilities },
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

export async function planAgain(deps: PlanDeps, earlier: Spec, { model, maxTurns }: Again): Promise<Planned> {
  if (model !== undefined) return missing('model', 'expected none: a terminal asks none')
  if (maxTurns !== undefined) return missing('maxTurns', 'expected none: a terminal has no turns')
  const workplace = worktreeAsked(earlier)
  const checked = await checkRepository(deps, workplace.repository, workplace.baseBranch)
  return checked.ok ? ok({ runtime: earlier.runtime, workplace }) : checked
}

const missing = (field: string, expected: string) =>
  err({ code: 'VALIDATION_FAILED', message: `${field}: ${expected}`, field } as const)
