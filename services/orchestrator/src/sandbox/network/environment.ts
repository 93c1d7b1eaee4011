import { join } from 'node:path'
import { servicePath } from '../../egress/index.ts'

/** Where the way out begins inside: a port that nobody else is likely to want. */
export const insidePort = 41_327

const proxy = `http://127.0.0.1:${insidePort}`
const own = 'localhost,127.0.0.1,::1'

/** By what programs find their way out: most read the first few, the others have names of their own. */
export const proxyVariables: Readonly<Record<string, string>> = {
  HTTP_PROXY: proxy,
  HTTPS_PROXY: proxy,
  NO_PROXY: own,
  // curl heeds http_proxy in small letters alone.
  http_proxy: proxy,
  https_proxy: proxy,
  no_proxy: own,
  NODE_USE_ENV_PROXY: '1',
  YARN_HTTP_PROXY: proxy,
  YARN_HTTPS_PROXY: proxy,
}

/** The base URL of a service of ours, for programs inside. */
export const serviceUrl = (name: string) => `${proxy}${servicePath(name)}`

/** Where programs inside find `attach.mts`. */
export const attachVariable = 'MOSAIC_ATTACH'

/** A folder with certificates of authorities that a company adds: its own alone, and all that are trusted with it. */
export type Authorities = { readonly folder: string }
export const authorityFiles = { added: 'added.pem', all: 'all.pem' } as const

export const allAuthorities = ({ folder }: Authorities): string => join(folder, authorityFiles.all)
export const addedAuthorities = ({ folder }: Authorities): string => join(folder, authorityFiles.added)

/** All of these replace what the program trusts by itself; Node's adds to it. */
const replacing = [
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'GIT_SSL_CAINFO',
  'CARGO_HTTP_CAINFO',
  'AWS_CA_BUNDLE',
  'NIX_SSL_CERT_FILE',
]

export function authorityVariables(authorities: Authorities): Record<string, string> {
  const all = allAuthorities(authorities)
  return {
    ...Object.fromEntries(replacing.map((name) => [name, all])),
    NODE_EXTRA_CA_CERTS: addedAuthorities(authorities),
  }
}
