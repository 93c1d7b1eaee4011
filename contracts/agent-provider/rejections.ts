/** Refusals that concern configured providers. */
export const agentProviderRejections = [
  'AGENT_PROVIDER_NOT_FOUND',
  'AGENT_PROVIDER_NAME_TAKEN',
  /** As many as a workspace may have. */
  'AGENT_PROVIDERS_FULL',
  /** The operator's configuration does not allow where it is. */
  'AGENT_PROVIDER_ADDRESS_REFUSED',
  /** No session begins there. */
  'AGENT_PROVIDER_OFF',
  'AGENT_PROVIDER_UNREACHABLE',
  /** It was asked and did not answer as it should; `details.reason` is a `contactFault`. */
  'AGENT_PROVIDER_TEST_FAILED',
] as const
export type AgentProviderRejection = (typeof agentProviderRejections)[number]
