import { BlockList, isIPv4 } from 'node:net'
import { unmapped } from './host.ts'

/** IANA's special-purpose registries (RFC 6890), multicast and what is reserved. */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // A cloud's own, though of the internet's addresses: it gives keys to its machines.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Of IPv6 only this part is given out for the internet; in it lie tunnels that lead to any address of IPv4. */
const global6 = ['2000::', 3] as const
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const notPublic = new BlockList()
for (const [net, prefix] of special4) notPublic.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of special6) notPublic.addSubnet(net, prefix, 'ipv6')
const global = new BlockList()
global.addSubnet(...global6, 'ipv6')

/** Whether an address is one of the public internet: not of this machine, a private network or a cloud's metadata. */
export function isPublic(address: string): boolean {
  const plain = unmapped(address.toLowerCase())
  if (isIPv4(plain)) return !notPublic.check(plain, 'ipv4')
  return global.check(plain, 'ipv6') && !notPublic.check(plain, 'ipv6')
}
