import type { AgentProviderView, ContactFault } from '@mosaic/contracts/agent-provider'
import { dateAndTime } from '../time/format.ts'

type Standing = Pick<AgentProviderView, 'state' | 'unreachable' | 'lastContactAt'>

/** How a provider stands, and since when. */
export function standingOf({ state, unreachable, lastContactAt }: Standing): string {
  switch (state) {
    case 'active':
      return 'Active'
    case 'off':
      return 'Off'
    case 'unreachable':
      return unreachable ? `Unreachable since ${dateAndTime(unreachable.since)}` : 'Unreachable'
    case 'stale':
      return lastContactAt ? `Stale: last heard ${dateAndTime(lastContactAt)}` : 'Stale: not heard yet'
  }
}

const ways: Record<ContactFault, string> = {
  ADDRESS_REFUSED:
    'Networks that are not public are reached where the operator names them: MOSAIC_PROVIDER_NETWORKS in the environment of Mosaic.',
  NAME_NOT_FOUND: 'Look for a mistake in the name, or ask whoever runs its network.',
  CONNECTION_REFUSED: 'Is it running, and at this port?',
  TIMED_OUT: 'Something between here and there may let nothing through. It is tried again by itself.',
  TLS_FAILED: 'The certificate is not trusted here, or it is to be spoken to without TLS (ws, http).',
  UNAUTHORIZED: 'Give it another token, or let it pair with this computer.',
  OTHER_PROTOCOL:
    'It speaks a version of its protocol that Mosaic does not. See which versions of it are known to work.',
  NOT_A_GATEWAY: 'Look at the address and the port: something else answers there.',
  BROKEN_OFF: 'It is tried again by itself.',
  CREDENTIAL_UNREADABLE: 'Give it its token anew.',
}

/** What a person can do about it. */
export const wayOut = (fault: ContactFault): string => ways[fault]
