/** Refusals of the agent-session decider. */
export const agentSessionRejections = [
  'SESSION_NOT_FOUND',
  'SESSION_ALREADY_EXISTS',
  'SESSION_ENDED',
  'SESSION_BEING_KILLED',
  'SESSION_NOT_PAUSED',
  'SESSION_ALREADY_PAUSED',
] as const
export type AgentSessionRejection = (typeof agentSessionRejections)[number]
