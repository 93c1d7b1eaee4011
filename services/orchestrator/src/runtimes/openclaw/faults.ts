import type { ContactFault } from '@mosaic/contracts/agent-provider'
import type { Refusal } from './protocol.ts'

/** The gateway cannot be spoken with, or not any more. */
export class GatewayGone extends Error {
  override readonly name = 'GatewayGone'
  readonly code: ContactFault

  constructor(code: ContactFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The gateway has answered, and will not do it. */
export class GatewayRefused extends Error {
  override readonly name = 'GatewayRefused'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`${refusal.message} (${refusal.code})`)
    this.refusal = refusal
  }

  /** It would perhaps do it a moment later. */
  get isPassing(): boolean {
    return this.refusal.retryable === true
  }
}
