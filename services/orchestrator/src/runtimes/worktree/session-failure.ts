import type { FailureCode } from '@mosaic/contracts/agent-session'

/** The session cannot go on, and why; becomes `AgentFailed`. */
export class SessionFailure extends Error {
  override readonly name = 'SessionFailure'
  readonly code: FailureCode

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
