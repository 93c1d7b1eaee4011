import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import type { SessionView, SpawnAgentInput } from '@mosaic/contracts/agent-session'

/** What is in the fields of a spawn, as it was typed. */
export type SpawnForm = Record<TextField, string> & { withChanges: boolean }
export type TextField =
  | 'repository'
  | 'branch'
  | 'task'
  | 'name'
  | 'agent'
  | 'approvals'
  | 'model'
  | 'agentType'
  | 'sandbox'

/** Begins where the last agent was spawned. */
export const beginForm = (
  last: Pick<SessionView, 'repository' | 'baseBranch' | 'model' | 'agent'> | undefined,
): SpawnForm => ({
  repository: last?.repository ?? '',
  branch: last?.baseBranch ?? '',
  task: '',
  name: '',
  agent: last?.agent ?? '',
  approvals: '',
  model: last?.model ?? '',
  agentType: 'worker',
  sandbox: '',
  withChanges: false,
})

export function inputOf({ withChanges, ...texts }: SpawnForm): SpawnAgentInput {
  const filled = Object.entries(texts).filter(([, value]) => value.trim() !== '')
  // Missing fields are for the schema to name; the cast only says that it will be asked.
  const { approvals, ...rest } = Object.fromEntries(filled)
  const other = rest['agent'] === undefined ? {} : { runtime: 'acp', ...(approvals && { approvals }) }
  const named = { repository: '', task: '', ...rest, ...other } as SpawnAgentInput
  return withChanges ? { ...named, withChanges } : named
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
