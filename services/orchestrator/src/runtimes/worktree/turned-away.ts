import type { ConnectionReason } from '@mosaic/contracts/agent-session'
import type { Journal } from '../../journal/journal.ts'

/** What is wrong, and what somebody can do about it in mosaic.yaml. Other reasons are no matter of settings. */
const words: Readonly<Partial<Record<ConnectionReason, string>>> = {
  HOST_NOT_ALLOWED: 'it is not among the hosts that this may reach (hosts under network in mosaic.yaml)',
  ADDRESS_NOT_PUBLIC:
    'its address is not on the public internet, and reached once that is named as well, beside its name (hosts under network in mosaic.yaml)',
  NAME_NOT_FOUND: 'no address of it can be found',
  UNREACHABLE: 'it does not answer',
}

const mostNamed = 5

/** Notes who could not be reached from now on, as the session's facts have it. */
export function turnedAway(journal: Pick<Journal, 'onEvent'>): { lines(): string[]; stop(): void } {
  const found = new Map<string, string>()
  const stop = journal.onEvent(({ event }) => {
    if (event.type !== 'NetworkConnectionRecorded' || event.data.outcome === 'allowed') return
    const { host, port, reason } = event.data
    const why = reason === null ? undefined : words[reason]
    if (host !== null && why !== undefined) found.set(`${host}:${port}`, `${host}:${port} was not reached: ${why}`)
  })
  return { lines: () => [...found.values()].slice(0, mostNamed), stop }
}
