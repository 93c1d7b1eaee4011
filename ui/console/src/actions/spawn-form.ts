import type { SessionView, SpawnAgentInput } from '@mosaic/contracts/agent-session'

/** What is in the fields of a spawn, as it was typed. */
export type SpawnForm = Record<TextField, string> & { withChanges: boolean }
export type TextField = 'repository' | 'branch' | 'task' | 'name' | 'model' | 'agentType' | 'sandbox'

/** Begins where the last agent was spawned. */
export const beginForm = (last: Pick<SessionView, 'repository' | 'baseBranch' | 'model'> | undefined): SpawnForm => ({
  repository: last?.repository ?? '',
  branch: last?.baseBranch ?? '',
  task: '',
  name: '',
  model: last?.model ?? '',
  agentType: 'worker',
  sandbox: '',
  withChanges: false,
})

export function inputOf({ withChanges, ...texts }: SpawnForm): SpawnAgentInput {
  const filled = Object.entries(texts).filter(([, value]) => value.trim() !== '')
  // Missing fields are for the schema to name; the cast only says that it will be asked.
  const named = { repository: '', task: '', ...Object.fromEntries(filled) } as SpawnAgentInput
  return withChanges ? { ...named, withChanges } : named
}
