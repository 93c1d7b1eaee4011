import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { type Outgoing, OutgoingFault } from '@mosaic/outgoing'

/** Whether a provider may be there, as its name is answered now. One that is not found yet may come to be. */
export async function allowedAddress(
  outgoing: Pick<Outgoing, 'check'>,
  address: string,
): Promise<Result<null, Rejection<'AGENT_PROVIDER_ADDRESS_REFUSED'>>> {
  try {
    await outgoing.check(address)
  } catch (fault) {
    if (!(fault instanceof OutgoingFault)) throw fault
    if (fault.code !== 'ADDRESS_REFUSED') return ok(null)
    return err({ code: 'AGENT_PROVIDER_ADDRESS_REFUSED', message: fault.message, field: 'address' })
  }
  return ok(null)
}
