import { z } from 'zod'

const label = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?'
const port = '(:(?<port>[0-9]{1,5}))?'
const named = new RegExp(`^(\\*\\.)?${label}(\\.${label})*${port}$`)
const numbered = new RegExp(`^\\[(?<address>[0-9a-f:.]{2,45})\\]${port}$`)
/** Read as a number, and by some programs as one of another base: such a host is an address in four decimal parts. */
const looksNumeric = /(^|\.)(0x[0-9a-f]*|[0-9]+)(:[0-9]+)?$/
const dotted = /^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.(?!:|$)|(?=:|$))){4}(:[0-9]+)?$/

/**
 * A host that programs in a sandbox may reach: `registry.example.org`, `*.example.org` (all below it, not itself) or an
 * address (IPv6 in brackets); at ports 443 and 80, or at the one that is named: `localhost:5432`. What is not on the public
 * internet (loopback, private networks) is reached only by the address, or as `localhost`, itself.
 */
export const hostRule = z
  .string()
  .trim()
  .toLowerCase()
  .max(260)
  .refine((text) => named.test(text) || isIpv6(numbered.exec(text)?.groups?.['address']), {
    error: 'expected a host such as registry.example.org, *.example.org or 10.1.2.3:8080',
  })
  .refine((text) => !looksNumeric.test(text) || dotted.test(text), {
    error: 'expected an address in four decimal parts',
  })
  .refine((text) => isPort((named.exec(text) ?? numbered.exec(text))?.groups?.['port']), {
    error: 'expected a port from 1 to 65535',
  })
export type HostRule = z.infer<typeof hostRule>

const isPort = (text: string | undefined): boolean => text === undefined || (Number(text) > 0 && Number(text) < 65_536)

const isIpv6 = (text: string | undefined): boolean => z.ipv6().safeParse(text).success

/** What programs in a sandbox may reach. */
export const network = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('hosts'), hosts: z.array(hostRule).max(200) }),
])
export type Network = z.infer<typeof network>

/** Whether somebody in a sandbox got through: `failed` where it was allowed and could not be had. */
export const connectionOutcome = z.enum(['allowed', 'refused', 'failed'])
export type ConnectionOutcome = z.infer<typeof connectionOutcome>

export const connectionReason = z.enum([
  'HOST_NOT_ALLOWED',
  /** The host's address is one of this machine or of a private network, and nobody named it. */
  'ADDRESS_NOT_PUBLIC',
  /** What TLS asked for is another host than the one that was allowed. */
  'SERVER_NAME_MISMATCH',
  'REQUEST_INVALID',
  'TOO_MANY_CONNECTIONS',
  'NAME_NOT_FOUND',
  'UNREACHABLE',
])
export type ConnectionReason = z.infer<typeof connectionReason>
