import { isIP, isIPv4 } from 'node:net'

/** Bytes of a name or an address, and nothing that a URL could take for another part of it. */
const plausible = /^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])$/i

/**
 * A host in the one form in which it is compared and dialled: lower case, without brackets or a dot at the end. Whatever
 * a URL takes for an IPv4 address (decimal, octal, hexadecimal, short, mapped into IPv6) is that address in four parts.
 * `undefined` where it is none.
 */
export function readHost(text: string): string | undefined {
  if (!plausible.test(text) || !URL.canParse(`http://${text}/`)) return undefined
  const { hostname } = new URL(`http://${text}/`)
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return host === '' ? undefined : unmapped(host)
}

/** `host:port` as CONNECT and a rule have it. */
export function readTarget(text: string): { host: string; port: number } | undefined {
  const [, name = '', digits = ''] = /^(.*):([0-9]{1,5})$/.exec(text) ?? []
  const [host, port] = [readHost(name), Number(digits)]
  return host !== undefined && port > 0 && port < 65_536 ? { host, port } : undefined
}

/** RFC 4291, 2.5.5.2: an IPv6 address that stands for one of IPv4 is that one. */
export function unmapped(host: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? []
  const [, dotted] = /^::ffff:([0-9.]+)$/i.exec(host) ?? []
  if (dotted && isIPv4(dotted)) return dotted
  if (!high || !low) return host
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [first >> 8, first & 255, second >> 8, second & 255].join('.')
}

export const isAddress = (host: string): boolean => isIP(host) !== 0

/** As it stands in a URL, a Host header and CONNECT. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)
