import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import type { SessionView, SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { type Doer, doerChoice, doerOf } from './spawn-doer.ts'

/** What is in the fields of a spawn, as it was typed. */
export type SpawnForm = Record<TextField, string> & { withChanges: boolean }
export type TextField =
  /** Who does the work: `doerOf` reads it. */
  | 'doer'
  | 'command'
  | 'agent'
  | 'repository'
  | 'branch'
  | 'task'
  | 'name'
  | 'approvals'
  | 'model'
  | 'agentType'
  | 'sandbox'

const always = ['task', 'name', 'agentType'] as const
const onBranch = [...always, 'repository', 'branch', 'withChanges', 'sandbox'] as const

/** What each of them can be told; all else its runtime refuses. */
const taken: Record<Doer['kind'], readonly (keyof SpawnForm)[]> = {
  own: [...onBranch, 'model', 'approvals'],
  preset: [...onBranch, 'model', 'approvals'],
  terminal: [...onBranch, 'command'],
  provider: [...always, 'agent', 'model'],
}

export const takes = (form: Pick<SpawnForm, 'doer'>, field: keyof SpawnForm): boolean =>
  taken[doerOf(form.doer).kind].includes(field)

/** Fields of the request that say who does the work: what is refused of them is said beside that choice. */
const aboutDoer: Record<Doer['kind'], readonly string[]> = {
  own: ['runtime', 'agent'],
  preset: ['runtime', 'agent'],
  terminal: ['runtime'],
  provider: ['runtime', 'provider'],
}
export const refusedDoer = ({ doer }: Pick<SpawnForm, 'doer'>, errors: Record<string, string>): string | undefined =>
  aboutDoer[doerOf(doer).kind].map((field) => errors[field]).find((error) => error !== undefined)

/** Whether a refusal of this field is said beside one that is shown. */
export const isShown = (form: Pick<SpawnForm, 'doer'>, field: string): boolean =>
  taken[doerOf(form.doer).kind].some((name) => name === field) || aboutDoer[doerOf(form.doer).kind].includes(field)

type Last = Pick<SessionView, 'repository' | 'baseBranch' | 'model' | 'agent' | 'runtime' | 'requestedAt'>

/** Begins where an agent was spawned last. What is at a provider may have been begun by nobody here. */
export function beginForm(sessions: readonly Last[]): SpawnForm {
  const last = sessions
    .filter(({ repository }) => repository !== null)
    .toSorted((a, b) => b.requestedAt.localeCompare(a.requestedAt))[0]
  const isPreset = last?.runtime === 'acp' && last.agent !== null
  return {
    doer: isPreset ? doerChoice({ kind: 'preset', name: last.agent! }) : doerChoice({ kind: 'own' }),
    command: '',
    agent: '',
    repository: last?.repository ?? '',
    branch: last?.baseBranch ?? '',
    task: '',
    name: '',
    approvals: '',
    model: last?.model ?? '',
    agentType: 'worker',
    sandbox: '',
    withChanges: false,
  }
}

export function inputOf(form: SpawnForm): SpawnAgentInput {
  const { withChanges, doer: _, ...texts } = form
  const said = Object.entries(texts).filter(
    ([field, text]) => text.trim() !== '' && takes(form, field as keyof SpawnForm),
  )
  const doer = doerOf(form.doer)
  // Missing fields are for the schema to name; the cast only says that it will be asked.
  const named = { ...required(doer, form), ...Object.fromEntries(said), ...runtimeOf(doer) } as SpawnAgentInput
  return withChanges && takes(form, 'withChanges') ? { ...named, withChanges } : named
}

function required({ kind }: Doer, { command }: SpawnForm) {
  if (kind === 'provider') return { task: '' }
  // In a terminal people do what is to be done.
  if (kind === 'terminal') return { repository: '', command: '', task: `A terminal: ${command}` }
  return { repository: '', task: '' }
}

function runtimeOf(doer: Doer) {
  switch (doer.kind) {
    case 'own':
      return {}
    case 'preset':
      return { runtime: 'acp', agent: doer.name }
    case 'terminal':
      return { runtime: 'pty' }
    case 'provider':
      return { runtime: doer.runtime, provider: doer.name }
  }
}

/** What is offered as its model: of another maker's agent those that it can ask, by whose they are. */
export const modelsFor = (
  preset: Pick<AgentPresetView, 'modelProviders'> | undefined,
  models: readonly string[],
): readonly string[] => {
  if (!preset) return models
  const providers = preset.modelProviders
  const named = models.filter((model) => providers.some((provider) => model.startsWith(`${provider}:`)))
  return [...named, ...providers.filter((provider) => provider !== 'scripted')]
}
