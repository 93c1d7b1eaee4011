import type { CodeHostApi } from './contract.ts'
import type { HostClientSettings } from './host-client.ts'

/** How a kind of host is asked. */
export type KindOfHost = {
  /** The maker's own, where it has one. */
  readonly apiUrl: string | undefined
  /** Where an address without a path has the API. */
  readonly prefix: string
  /** Host and port in the addresses of its repositories. */
  readonly gitHost: (apiUrl: URL) => string
  readonly paging: HostClientSettings['paging']
  readonly headers: (token: string) => Readonly<Record<string, string>>
  readonly connect: (settings: HostClientSettings) => CodeHostApi
}
