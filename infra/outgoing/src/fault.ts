import type { ContactFault } from '@mosaic/contracts/agent-provider'

/** Why an address could not be spoken with. The message is for people, and tells nothing of what was sent. */
export class OutgoingFault extends Error {
  override readonly name = 'OutgoingFault'
  readonly code: ContactFault

  constructor(code: ContactFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What a failed connection comes to. @param host whom it was to lead to, with its port */
export function faultOf(error: unknown, host: string): OutgoingFault {
  if (error instanceof OutgoingFault) return error
  const [code, message] = wordsFor(codeOf(error), host)
  return new OutgoingFault(code, message, { cause: error })
}

function wordsFor(code: string, host: string): [ContactFault, string] {
  if (code === 'ECONNREFUSED') return ['CONNECTION_REFUSED', `nothing listens at ${host}`]
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return ['NAME_NOT_FOUND', `no address of ${host} can be found`]
  }
  if (code === 'ETIMEDOUT' || code === 'ABORT_ERR') return ['TIMED_OUT', `${host} did not answer in time`]
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return ['CONNECTION_REFUSED', `there is no way from here to ${host}`]
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return ['TLS_FAILED', `${host} does not speak TLS: with http or ws it is spoken to without`]
  }
  if (isCertificate.test(code)) return ['TLS_FAILED', `the certificate of ${host} is not trusted (${code})`]
  if (code.startsWith('HPE_')) return ['NOT_A_GATEWAY', `what listens at ${host} does not speak HTTP`]
  return ['BROKEN_OFF', `${host} broke the connection off${code === '' ? '' : ` (${code})`}`]
}

const isCertificate = /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA)/

/** Of several addresses that were tried, the first one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : ''
}
