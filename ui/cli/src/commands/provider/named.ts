import type { AgentProviderView } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { Client } from '@mosaic/client'
import { CliError, exitCodes } from '../../cli.ts'

/** The provider that a person means by its name, or by its id. */
export async function providerNamed(client: Client, name: string): Promise<AgentProviderView> {
  const { items } = await client.call(gatewayRoutes.agentProviders)
  const found = items.find((provider) => provider.name === name || provider.providerId === name)
  if (found) return found
  const known = items.map((provider) => provider.name).join(', ')
  throw new CliError(`There is no agent provider ${name}.`, {
    exitCode: exitCodes.notFound,
    hint: known === '' ? 'There are none yet: mosaic provider add' : `There are: ${known}`,
  })
}
