import type { AgentType } from '@mosaic/contracts/agent-session'

/** Models under one name: each is asked while those before it cannot be had. */
export type ModelRoute = {
  readonly name: string
  readonly models: readonly string[]
  /** Whose agents get it that are spawned without a model. */
  readonly agentTypes: readonly AgentType[]
}

/** The names of the models that are meant, in their order; `undefined`: the usual one of the usual provider. */
export function modelsNamed(
  asked: string | undefined,
  agentType: AgentType,
  routes: readonly ModelRoute[],
): readonly (string | undefined)[] {
  const route =
    asked === undefined
      ? routes.find(({ agentTypes }) => agentTypes.includes(agentType))
      : routes.find(({ name }) => name === asked)
  const names = route?.models ?? asked?.split(',').flatMap((name) => name.trim() || []) ?? [undefined]
  return [...new Set(names)]
}
