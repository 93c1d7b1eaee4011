import type { ProviderIdentity } from '@mosaic/contracts/agent-provider'
import type { Outgoing } from '@mosaic/outgoing'
import { packageVersion } from '@mosaic/runtime'
import { GatewayConnection } from './connection.ts'
import { mostBytes } from './protocol.ts'

const openMs = 15_000

/** Greets a gateway and takes leave; answers what it says of itself. @throws GatewayGone, OutgoingFault */
export async function tryGateway(
  outgoing: Pick<Outgoing, 'webSocket'>,
  { address, token }: { readonly address: string; readonly token: string | null },
): Promise<ProviderIdentity> {
  const connection = await GatewayConnection.open({
    token,
    version: packageVersion(import.meta.url),
    onEvent: () => undefined,
    open: (attach) => outgoing.webSocket(address, { timeoutMs: openMs, mostBytes, attach }),
  })
  const { protocol, server } = connection.hello
  connection.close()
  return { version: server?.version ?? null, protocol: String(protocol) }
}
