import { type Clock, newId } from '@mosaic/contracts/kernel'
import { CredentialFault, type Envelope } from '@mosaic/credentials'
import { OutgoingFault } from '@mosaic/outgoing'
import type { Logger } from '@mosaic/runtime'
import type { Commands } from '../commands.ts'
import type { Contact, Gatekeeper, Providers } from '../runtimes/index.ts'
import type { KnownProviders } from './known-providers.ts'
import { tokenOf } from './tokens.ts'

/** One that is only being restarted is back by then, and nobody need hear of it. In milliseconds. */
const graceMs = 5000

const system = { kind: 'system', id: 'orchestrator' } as const

type Parts = {
  readonly known: KnownProviders
  readonly envelope: Pick<Envelope, 'open'>
  readonly commands: () => Pick<Commands, 'agentProviders'>
  /** Resolves once the log has been read. */
  readonly caughtUp: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

export type ConfiguredGateways = Providers & {
  begin(): void
  /** When one was last heard, as far as this process knows. */
  lastContactOf(providerId: string): Date | undefined
}

/** Those of one kind, for the runtime that speaks with them; what it finds of them becomes facts. */
export function configuredGateways(kind: Gatekeeper['kind'], parts: Parts): ConfiguredGateways {
  const { known, envelope, clock, logger } = parts
  const listeners = new Set<() => void>()
  const lost = new Map<string, NodeJS.Timeout>()
  /** Those that are spoken with now, and when that ended with the others. */
  const contacts = new Map<string, 'now' | Date>()
  let isCaughtUp = false
  const changed = () => listeners.forEach((listener) => listener())

  const tell = async ({ providerId, workspaceId }: Gatekeeper, contact: Contact, at: Date) => {
    const command =
      contact.state === 'lost'
        ? ({
            type: 'NoteLost',
            providerId,
            code: contact.code,
            message: contact.message,
            since: at.toISOString(),
          } as const)
        : ({ type: 'NoteReached', providerId, version: contact.version, protocol: contact.protocol } as const)
    const context = { commandId: newId(), workspaceId, actor: system, occurredAt: clock.now() }
    // Told anew with the next try.
    await parts
      .commands()
      .agentProviders(workspaceId, command, context)
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'how it is with a provider could not be recorded')
      })
  }
  return {
    begin() {
      known.onChange(changed)
      const ready = () => {
        isCaughtUp = true
        changed()
      }
      parts.caughtUp().then(ready, () => undefined)
    },
    configured: () => (isCaughtUp ? known.all().filter((provider) => provider.kind === kind) : undefined),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async tokenOf(provider) {
      try {
        return tokenOf(envelope, provider)
      } catch (cause) {
        if (!(cause instanceof CredentialFault)) throw cause
        throw new OutgoingFault('CREDENTIAL_UNREADABLE', cause.message, { cause })
      }
    },
    lastContactOf(providerId) {
      const last = contacts.get(providerId)
      return last === 'now' ? clock.now() : last
    },
    note(provider, contact) {
      const { providerId } = provider
      const at = clock.now()
      if (contact.state === 'reached') contacts.set(providerId, 'now')
      else if (contacts.get(providerId) === 'now') contacts.set(providerId, at)
      if (contact.state === 'reached') {
        clearTimeout(lost.get(providerId))
        lost.delete(providerId)
        return void tell(provider, contact, at)
      }
      if (lost.has(providerId)) return
      const timer = setTimeout(() => {
        lost.delete(providerId)
        void tell(provider, contact, at)
      }, graceMs)
      timer.unref()
      lost.set(providerId, timer)
    },
  }
}
