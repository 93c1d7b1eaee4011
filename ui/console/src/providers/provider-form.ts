import {
  type AddAgentProvider,
  addAgentProvider,
  type AgentProviderView,
  type ChangeAgentProvider,
  changeAgentProvider,
} from '@mosaic/contracts/agent-provider'
import type { z } from 'zod'

/** What is in the fields of a provider. Its token is written here and read nowhere. */
export type ProviderForm = {
  kind: string
  name: string
  address: string
  token: string
  isActive: boolean
  /** Of one that has a token: it wants none any more. */
  withoutToken: boolean
}

export const newProvider: ProviderForm = {
  kind: 'openclaw',
  name: '',
  address: '',
  token: '',
  isActive: true,
  withoutToken: false,
}

export const formOf = ({ kind, name, address, isActive }: AgentProviderView): ProviderForm => ({
  ...newProvider,
  kind,
  name,
  address,
  isActive,
})

type Errors = { readonly errors: Record<string, string> }

/** What to add, or which fields keep it from being added. */
export function additionOf({ kind, name, address, token, isActive }: ProviderForm): AddAgentProvider | Errors {
  const given = { kind, name: name.trim(), address: address.trim(), isActive, ...(token.trim() && { token }) }
  return parsed(addAgentProvider, given)
}

/** What is to become different; `null`: nothing. */
export function changeOf(before: AgentProviderView, form: ProviderForm): ChangeAgentProvider | Errors | null {
  const name = form.name.trim()
  const address = form.address.trim()
  const change = {
    ...(name !== before.name && { name }),
    ...(address !== before.address && { address }),
    ...(form.withoutToken ? { token: null } : form.token.trim() && { token: form.token }),
    ...(form.isActive !== before.isActive && { isActive: form.isActive }),
  }
  return Object.keys(change).length === 0 ? null : parsed(changeAgentProvider, change)
}

export const isRefused = (value: object | null): value is Errors => value !== null && 'errors' in value

function parsed<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> | Errors {
  const { success, data, error } = schema.safeParse(given)
  if (success) return data
  return { errors: Object.fromEntries(error.issues.map(({ path, message }) => [path.join('.'), message])) }
}
