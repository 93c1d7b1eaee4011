import { lookup as systemLookup } from 'node:dns/promises'
import type { ConnectionOutcome, ConnectionReason } from '@mosaic/contracts/agent-session'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { bracketed, isAddress, isPublic, unmapped } from '@mosaic/outgoing'
import { localhost, loopbackAddresses, type Rules } from './rules.ts'
import type { UpstreamProxy } from './upstream-proxy.ts'

export type Target = { readonly host: string; readonly port: number }

/** Where a connection goes: to one of these addresses, however the name is answered next time, or through a proxy. */
export type Destination = Target & ({ readonly addresses: readonly string[] } | { readonly through: UpstreamProxy })

export type Refusal = {
  readonly outcome: Exclude<ConnectionOutcome, 'allowed'>
  readonly reason: ConnectionReason
  /** For whoever asked. */
  readonly message: string
}

/** Answers all addresses of a name. @throws where there are none */
export type Lookup = (host: string) => Promise<readonly string[]>

export const lookUp: Lookup = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => unmapped(address.toLowerCase()))

export type Network = { readonly lookup: Lookup; readonly proxy: UpstreamProxy | undefined }

/**
 * By name first: no name server hears of what is not allowed. Then by every address that the name has. Names that a
 * company's proxy looks up are that proxy's to judge.
 */
export async function checkDestination(
  { host, port }: Target,
  rules: Rules,
  { lookup, proxy }: Network,
): Promise<Result<Destination, Refusal>> {
  if (!rules.allows(host, port)) return err(notAllowed({ host, port }))
  if (proxy && isElsewhere(host) && !proxy.bypasses({ host, port })) return ok({ host, port, through: proxy })
  const found = await addressesOf(host, lookup).catch(() => [])
  if (found.length === 0) return err(notFound(host))
  const addresses = found.filter((address) => rules.allowsAddress(address, port))
  return addresses.length > 0 ? ok({ host, port, addresses }) : err(notPublic({ host, port }, found[0]!))
}

const isElsewhere = (host: string): boolean => (isAddress(host) ? isPublic(host) : host !== localhost)

async function addressesOf(host: string, lookup: Lookup): Promise<readonly string[]> {
  if (isAddress(host)) return [host]
  return host === localhost ? loopbackAddresses : lookup(host)
}

export const notAllowed = (target: Target): Refusal => ({
  outcome: 'refused',
  reason: 'HOST_NOT_ALLOWED',
  message: `${target.host} is not among the hosts that may be reached from here. The person in charge can allow it: "${asRule(target)}" under network hosts in mosaic.yaml.`,
})

const notPublic = ({ host, port }: Target, address: string): Refusal => ({
  outcome: 'refused',
  reason: 'ADDRESS_NOT_PUBLIC',
  message: `${host} is at ${address}, which is not on the public internet. The person in charge can allow that address: "${asRule({ host: address, port })}" under network hosts in mosaic.yaml.`,
})

export const invalid = (message: string): Refusal => ({ outcome: 'refused', reason: 'REQUEST_INVALID', message })

export const unreachable = ({ host, port }: Target): Refusal => ({
  outcome: 'failed',
  reason: 'UNREACHABLE',
  message: `${host} is allowed, and nothing answers at its port ${port}.`,
})

const notFound = (host: string): Refusal => ({
  outcome: 'failed',
  reason: 'NAME_NOT_FOUND',
  message: `${host} is allowed, and no address of it can be found.`,
})

/** As a person would write it. */
const asRule = ({ host, port }: Target): string =>
  port === 443 || port === 80 ? bracketed(host) : `${bracketed(host)}:${port}`
