import {
  type AgentProviderEvent,
  type AgentProviderKind,
  type AgentProviderRejection,
  type ConfiguredProvider,
  type ConfiguredProviders,
  type ContactFault,
  noProviders,
  providersAfter,
} from '@mosaic/contracts/agent-provider'
import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'

type Which = { readonly providerId: string }
export type AgentProvidersCommand =
  | (Which & {
      readonly type: 'AddProvider'
      readonly kind: AgentProviderKind
      readonly name: string
      readonly address: string
      readonly hasToken: boolean
      readonly isActive: boolean
    })
  | (Which & {
      readonly type: 'ChangeProvider'
      readonly name?: string | undefined
      readonly address?: string | undefined
      /** Another one, or none any more, shown to this host; left out where it stays. */
      readonly credential?: { readonly host: string; readonly hasToken: boolean } | undefined
      readonly isActive?: boolean | undefined
    })
  | (Which & { readonly type: 'RemoveProvider' })
  | (Which & {
      readonly type: 'NoteLost'
      readonly code: ContactFault
      readonly message: string
      readonly since: string
    })
  | (Which & { readonly type: 'NoteReached'; readonly version: string | null; readonly protocol: string | null })
type CommandOf<Type extends AgentProvidersCommand['type']> = Extract<AgentProvidersCommand, { type: Type }>

type Decision = Result<readonly AgentProviderEvent[], Rejection<AgentProviderRejection>>

/** Each has a connection of its own. */
const mostProviders = 100
/** Who decides does not look at when. */
const whenever = ''

/** The providers that people of a workspace have configured. Saying again what holds changes nothing. */
export const agentProviders: Decider<
  ConfiguredProviders,
  AgentProvidersCommand,
  AgentProviderEvent,
  AgentProviderRejection
> = {
  initialState: noProviders,
  decide(command, providers) {
    if (command.type === 'AddProvider') return add(command, providers)
    const provider = providers[command.providerId]
    if (!provider) return notFound(command)
    switch (command.type) {
      case 'ChangeProvider':
        return change(command, provider, providers)
      case 'RemoveProvider':
        return ok([{ type: 'AgentProviderRemoved', data: named(provider) }])
      case 'NoteLost':
        return lost(command, provider)
      case 'NoteReached':
        return reached(command, provider)
    }
  },
  evolve: (providers, event) => providersAfter(providers, event, whenever),
}

function add(command: CommandOf<'AddProvider'>, providers: ConfiguredProviders): Decision {
  const { type: _, ...data } = command
  if (isTaken(data, providers)) return nameTaken(data.name)
  if (Object.keys(providers).length >= mostProviders) {
    return err({ code: 'AGENT_PROVIDERS_FULL', message: `there are ${mostProviders} agent providers already` })
  }
  return ok([{ type: 'AgentProviderAdded', data }])
}

function change(
  command: CommandOf<'ChangeProvider'>,
  provider: ConfiguredProvider,
  providers: ConfiguredProviders,
): Decision {
  const { name = provider.name, address = provider.address, credential, isActive = provider.isActive } = command
  const { providerId } = provider
  if (isTaken({ providerId, name }, providers)) return nameTaken(name)
  const events: AgentProviderEvent[] = []
  if (name !== provider.name || address !== provider.address) {
    const from = { name: provider.name, address: provider.address }
    events.push({ type: 'AgentProviderChanged', data: { providerId, name, address, from } })
  }
  if (credential) events.push({ type: 'AgentProviderCredentialReplaced', data: { providerId, name, ...credential } })
  if (isActive !== provider.isActive) {
    const type = isActive ? 'AgentProviderActivated' : 'AgentProviderDeactivated'
    events.push({ type, data: { providerId, name } })
  }
  return ok(events)
}

function lost({ code, message, since }: CommandOf<'NoteLost'>, provider: ConfiguredProvider): Decision {
  // Why may be another from one try to the next: that it is lost is told once, and anew where the reason is another.
  if (provider.lost?.code === code) return ok([])
  const began = provider.lost?.since ?? since
  return ok([{ type: 'AgentProviderLost', data: { ...named(provider), code, message, since: began } }])
}

function reached({ version, protocol }: CommandOf<'NoteReached'>, provider: ConfiguredProvider): Decision {
  const { lost: wasLost, identity } = provider
  if (!wasLost && identity?.version === version && identity.protocol === protocol) return ok([])
  return ok([{ type: 'AgentProviderReached', data: { ...named(provider), version, protocol } }])
}

const named = ({ providerId, name }: ConfiguredProvider) => ({ providerId, name })

const isTaken = ({ providerId, name }: Which & { readonly name: string }, providers: ConfiguredProviders): boolean =>
  Object.values(providers).some((other) => other.name === name && other.providerId !== providerId)

const nameTaken = (name: string): Decision =>
  err({ code: 'AGENT_PROVIDER_NAME_TAKEN', message: `there is an agent provider ${name} already`, field: 'name' })

const notFound = ({ providerId }: Which): Decision =>
  err({ code: 'AGENT_PROVIDER_NOT_FOUND', message: `there is no agent provider ${providerId}`, field: 'id' })
