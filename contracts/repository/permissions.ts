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
  network,
}: RepositorySettings): string[] {
  const reachable = hostsOf(network)
  return [
    ...setup.map(
      ({ run, hosts, pass: own }) => `before an agent starts, run \`${run}\` ${reaching(hosts)}${given(own)}`,
    ),
    reachable.length > 0 ? `let agents reach ${named(reachable)}` : 'let agents reach nobody',
    ...(pass.length > 0 ? [`give agents the values of ${named(pass)} from Mosaic's environment`] : []),
    ...(Object.keys(environment).length > 0 ? [`set ${named(Object.keys(environment))}`] : []),
    ...(toolchains.length > 0 ? [`show agents ${named(toolchains)} of this machine`] : []),
    ...(caches.length > 0 ? [`keep what ${named(caches)} download, for all agents of the repository`] : []),
    ...(image === undefined ? [] : [`run agents in the Docker image ${image}`]),
  ]
}
