import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { OutgoingFault } from './fault.ts'
import { isAddress, readHost, unmapped } from './host.ts'
import { mayReach, type Networks } from './networks.ts'

/** Answers all addresses of a name. @throws where there are none */
export type Lookup = (host: string) => Promise<readonly string[]>

const lookUp: Lookup = async (host) => (await systemLookup(host, { all: true })).map(({ address }) => address)

/** Whom the operator lets be reached, besides the public internet. */
export type OutgoingRules = {
  readonly networks: Networks
  /** By which the operator says so: a refusal names it. */
  readonly variable: string
  readonly lookup?: Lookup
}

export type Destination = {
  readonly url: URL
  readonly isTls: boolean
  /** Host and port as they are shown to people. */
  readonly shown: string
  /** Each was judged; nothing else is connected to. */
  readonly addresses: readonly { readonly address: string; readonly family: number }[]
}

/** Judges an address before anything is sent: by its form, then by every address that its name has. @throws OutgoingFault */
export async function destinationOf(address: string, rules: OutgoingRules): Promise<Destination> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const isTls = url?.protocol === 'https:' || url?.protocol === 'wss:'
  if (!url || !(isTls || url.protocol === 'http:' || url.protocol === 'ws:')) {
    throw new OutgoingFault('ADDRESS_REFUSED', 'expected an address with http, https, ws or wss')
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutgoingFault('ADDRESS_REFUSED', 'expected no user or password in the address')
  }
  const host = readHost(url.hostname)
  if (host === undefined) throw new OutgoingFault('ADDRESS_REFUSED', 'expected a host in the address')
  const shown = `${url.hostname}:${url.port || (isTls ? 443 : 80)}`
  const found = await addressesOf(host, rules.lookup ?? lookUp).catch((cause: unknown) => {
    throw new OutgoingFault('NAME_NOT_FOUND', `no address of ${url.hostname} can be found`, { cause })
  })
  const addresses = found.filter((each) => mayReach(each, rules.networks))
  if (addresses.length === 0) throw refused(url.hostname, found[0], rules)
  return { url, isTls, shown, addresses: addresses.map((each) => ({ address: each, family: isIP(each) })) }
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly string[]> {
  const found = isAddress(host) ? [host] : await lookup(host)
  return found.map((address) => unmapped(address.toLowerCase()))
}

function refused(hostname: string, address: string | undefined, { variable }: OutgoingRules): OutgoingFault {
  if (address === undefined) return new OutgoingFault('NAME_NOT_FOUND', `no address of ${hostname} can be found`)
  const where = isAddress(readHost(hostname) ?? '') ? hostname : `${hostname} is at ${address}, which`
  const message = `${where} is not on the public internet: whoever runs Mosaic can allow its network by ${variable}`
  return new OutgoingFault('ADDRESS_REFUSED', message)
}
