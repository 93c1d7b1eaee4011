import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'

/** By then a kill is proved, or something is in its way. In milliseconds. */
const provedWithinMs = 5_000

/**
 * Whether a session was to be killed and nobody can say that nothing of it is left: so it stays, whatever is away, until
 * the proof comes. @param now Milliseconds since 1970.
 */
export function isKillUnconfirmed(
  { status, killReceipt }: Pick<SessionView, 'status' | 'killReceipt'>,
  now: number,
): boolean {
  const requested = killReceipt.find(({ step }) => step === 'requested')
  return requested !== undefined && !hasEnded(status) && now - Date.parse(requested.at) > provedWithinMs
}

export const killUnconfirmed = 'kill unconfirmed'

/** What a person can do about it. */
export function killWayOut({
  sessionId,
  sandbox,
  capabilities,
}: Pick<SessionView, 'sessionId' | 'sandbox' | 'capabilities'>): string {
  if (capabilities.killProof === 'reported') return 'What runs it has not said that it has ended: look there.'
  const look =
    sandbox?.kind === 'docker'
      ? `docker ps --filter label=mosaic.session=${sessionId}`
      : `grep -l MOSAIC_SESSION_ID=${sessionId} /proc/[0-9]*/environ`
  return `Something of it may be alive. It is signalled again until the proof comes. See whether its worker runs (mosaic status), and on that machine look for its processes: ${look}`
}
