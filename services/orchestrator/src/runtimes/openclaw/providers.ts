import type { ConfiguredProvider } from '@mosaic/contracts/agent-provider'
import type { Contact } from './gateway.ts'

export type Gatekeeper = ConfiguredProvider & { readonly workspaceId: string }

/** The gateways that people have configured. */
export type Providers = {
  /** `undefined` before the log has been read that far. */
  configured(): readonly Gatekeeper[] | undefined
  onChange(listener: () => void): () => void
  /** @throws when there is one that cannot be opened */
  tokenOf(provider: Gatekeeper): Promise<string | null>
  /** How it is with one, as far as this process knows. */
  note(provider: Gatekeeper, contact: Contact): void
}
