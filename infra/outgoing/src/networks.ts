import { BlockList, isIP, isIPv4 } from 'node:net'
import { unmapped } from './host.ts'
import { isPublic } from './public-address.ts'

/** Ranges of addresses, as an operator names them. */
export type Networks = { readonly contains: (address: string) => boolean }

/**
 * @param text CIDRs (RFC 4632, RFC 4291) separated by commas: `127.0.0.0/8,fd00::/8`; an address alone is a network of one.
 * @returns `undefined` where one of them is none
 */
export function readNetworks(text: string): Networks | undefined {
  const networks = new BlockList()
  for (const each of text.split(',').map((part) => part.trim())) {
    if (each !== '' && !add(networks, each)) return undefined
  }
  return { contains: (address) => check(networks, address) }
}

function add(networks: BlockList, text: string): boolean {
  const [, net = '', digits] = /^([0-9a-fA-F.:]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? []
  const version = isIP(net)
  if (version === 0) return false
  const most = version === 4 ? 32 : 128
  const prefix = digits === undefined ? most : Number(digits)
  if (prefix > most) return false
  networks.addSubnet(net, prefix, version === 4 ? 'ipv4' : 'ipv6')
  return true
}

function check(networks: BlockList, address: string): boolean {
  const plain = unmapped(address.toLowerCase())
  return networks.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')
}

/** No provider is there, and a cloud gives its keys to whoever asks at some of them: no configuration opens these. */
const never = readNetworks(
  [
    '0.0.0.0/8',
    '169.254.0.0/16',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '::/128',
    'fe80::/10',
    'fd00:ec2::254',
    'fd20:ce::254',
    'ff00::/8',
  ].join(','),
)!

/** Whether an address may be reached: it is on the public internet, or the operator has named its network. */
export const mayReach = (address: string, allowed: Networks): boolean =>
  !never.contains(address) && (isPublic(address) || allowed.contains(address))
