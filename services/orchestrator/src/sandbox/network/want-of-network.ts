import type { Network } from '@mosaic/contracts/agent-session'

/** How programs say that a name or an address cannot be reached, or that they were not let through. */
const cries =
  /\b(?:ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)\b|could not resolve|couldn't resolve|temporary failure in name resolution|name or service not known|name resolution|network is unreachable|no route to host|failed to establish a new connection|tunnel connection failed|CONNECT tunnel failed|received HTTP code 403 from proxy|\bdial tcp\b.*(?:lookup|connect)|403 Forbidden.*proxy/i

/** How programs say that somebody on the way shows a certificate of its own, as companies' proxies do. */
const distrust =
  /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERTIFICATE_VERIFY_FAILED|self.signed certificate in certificate chain|unable to get local issuer certificate|certificate signed by unknown authority/i

/** What a command that failed for want of network is to be told, where its output looks like it. */
export function wantOfNetwork(output: string, network: Network): string | undefined {
  if (network.kind === 'hosts' && distrust.test(output)) {
    return "this sandbox trusts no certificates but the usual ones: a company's own are named by MOSAIC_CA_BUNDLE where mosaic up is called"
  }
  if (!cries.test(output)) return undefined
  if (network.kind === 'none')
    return 'this sandbox has no network; what a repository needs is installed before an agent starts (setup in mosaic.yaml)'
  return `this sandbox reaches ${network.hosts.join(', ')} and nobody else (network in mosaic.yaml)`
}

/** Nobody answers, however often they ask: programs that are patient by themselves say so at once. */
export const impatient: Readonly<Record<string, string>> = {
  npm_config_fetch_retries: '0',
  PIP_RETRIES: '0',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  CARGO_NET_RETRY: '0',
}
