import {
  type AgentProviderEvent,
  agentProviderEvents,
  type ConfiguredProvider,
  type ConfiguredProviders,
  noProviders,
  providersAfter,
} from '@mosaic/contracts/agent-provider'
import type { LogEvent } from '@mosaic/event-store'
import type { RunningFold } from '@mosaic/reactions'

/** By workspace. */
type State = Readonly<Record<string, ConfiguredProviders>>
export type KnownProvider = ConfiguredProvider & { readonly workspaceId: string }

const isOurs = (event: LogEvent): event is LogEvent & AgentProviderEvent =>
  Object.hasOwn(agentProviderEvents, event.type)

/** The agent providers that people have configured, as far as the log has been read. */
export class KnownProviders implements RunningFold<State> {
  readonly name = 'agent-providers'
  readonly version = 1
  readonly handles = Object.keys(agentProviderEvents) as (keyof typeof agentProviderEvents)[]
  state: State = {}
  readonly #listeners = new Set<() => void>()

  restore(state: unknown): void {
    // Name and version vouch for its form: `version` rises with it.
    this.state = state as State
  }

  take(event: LogEvent): readonly [] {
    if (!isOurs(event)) return []
    const { workspaceId, occurredAt } = event.metadata
    const providers = providersAfter(this.of(workspaceId), event, occurredAt)
    this.state = { ...this.state, [workspaceId]: providers }
    for (const listener of this.#listeners) listener()
    return []
  }

  /** Those of a workspace, by id. */
  of(workspaceId: string): ConfiguredProviders {
    return this.state[workspaceId] ?? noProviders
  }

  all(): KnownProvider[] {
    return Object.entries(this.state).flatMap(([workspaceId, providers]) =>
      Object.values(providers).map((provider) => ({ ...provider, workspaceId })),
    )
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
