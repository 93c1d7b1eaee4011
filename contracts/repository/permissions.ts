import type { Network } from '../agent-session/index.ts'
import type { RepositorySettings } from './settings.ts'

const named = (names: readonly string[]) => names.join(', ')
const reaching = (hosts: readonly string[]) => (hosts.length > 0 ? `reaching ${named(hosts)}` : 'without network')
const given = (names: readonly string[]) => (names.length > 0 ? `, given ${named(names)}` : '')
const hostsOf = (network: Network) => (network.kind === 'none' ? [] : network.hosts)

/** What settings permit, a sentence each: what a person is asked to approve. */
export function permissionsOf({
  setup,
  caches,
  toolchains,
  environment,
  pass,
  image,
  certificates = '',
  network,
  gates,
}: RepositorySettings): string[] {
  const reachable = hostsOf(network)
  const authorities = certificates.match(/BEGIN CERTIFICATE/g) ?? []
  return [
    ...setup.map(
      ({ run, hosts, pass: own }) => `before an agent starts, run \`${run}\` ${reaching(hosts)}${given(own)}`,
    ),
    ...Object.entries(gates).flatMap(([name, gate]) => {
      if (gate === 'none') return [`look at no ${name} of agents' changes`]
      return gate?.run === undefined ? [] : [`judge ${name} of agents' changes by \`${gate.run}\``]
    }),
    reachable.length > 0 ? `let agents reach ${named(reachable)}` : 'let agents reach nobody',
    ...(pass.length > 0 ? [`give agents the values of ${named(pass)} from Mosaic's environment`] : []),
    ...(Object.keys(environment).length > 0 ? [`set ${named(Object.keys(environment))}`] : []),
    ...(toolchains.length > 0 ? [`show agents ${named(toolchains)} of this machine`] : []),
    ...(caches.length > 0 ? [`keep what ${named(caches)} download, for all agents of the repository`] : []),
    ...(authorities.length > 0
      ? [`let setup and agents trust ${authorities.length} more of those who certify hosts`]
      : []),
    ...(image === undefined
      ? []
      : [`run agents in the Docker image ${image}, or in another sandbox with this machine's programs`]),
  ]
}
