import type { HostRule } from '@mosaic/contracts/agent-session'
import { isAddress, isPublic, readHost, readTarget } from '@mosaic/outgoing'

type Rule = { readonly host: string; readonly below: boolean; readonly port: number | null }

const usualPorts: ReadonlySet<number> = new Set([80, 443])

/** Which hosts may be reached. Hosts and addresses are given as readHost reads them. */
export type Rules = {
  allows(host: string, port: number): boolean
  /** Addresses that are not on the public internet are reached only where they are named themselves. */
  allowsAddress(address: string, port: number): boolean
  /** What is named of this machine, by port: it is shown inside at the same place. */
  readonly ofThisMachine: readonly { readonly host: string; readonly port: number }[]
}

/** RFC 6761, 6.3: never asked of a name server. */
export const localhost = 'localhost'
const loopback: ReadonlySet<string> = new Set([localhost, '127.0.0.1', '::1'])
export const isThisMachine = (host: string): boolean => loopback.has(host)
export const loopbackAddresses: readonly string[] = ['127.0.0.1', '::1']

export function readRules(hosts: readonly HostRule[]): Rules {
  const rules = hosts.flatMap((text) => readRule(text) ?? [])
  const allows = (host: string, port: number) => rules.some((rule) => matches(rule, host, port))
  return {
    allows,
    allowsAddress: (address, port) =>
      isPublic(address) || allows(address, port) || (loopbackAddresses.includes(address) && allows(localhost, port)),
    ofThisMachine: rules.flatMap(({ host, port }) => (isThisMachine(host) && port !== null ? [{ host, port }] : [])),
  }
}

function readRule(text: HostRule): Rule | undefined {
  const below = text.startsWith('*.')
  const name = below ? text.slice(2) : text
  const target = readTarget(name)
  const host = target?.host ?? readHost(name)
  return host === undefined ? undefined : { host, below, port: target?.port ?? null }
}

function matches(rule: Rule, host: string, port: number): boolean {
  if (rule.port === null ? !usualPorts.has(port) : rule.port !== port) return false
  return rule.below ? !isAddress(host) && host.endsWith(`.${rule.host}`) : host === rule.host
}
