import type { Spec } from '../../domain/agent-session/index.ts'
import { SessionFailure } from '../worktree/index.ts'

export type AgentAsked = {
  readonly agent: string
  readonly modelProvider: string
  readonly model: string
}

/** Which agent a session is to be run by, and what it asks. */
export function agentAsked({ runtime }: Spec): AgentAsked {
  if (
    !('agent' in runtime) ||
    runtime.agent === undefined ||
    runtime.modelProvider === null ||
    runtime.model === null
  ) {
    throw new SessionFailure('INTERNAL', `the session is to be run by ${runtime.kind}`)
  }
  const { agent, modelProvider, model } = runtime
  return { agent, modelProvider, model }
}
