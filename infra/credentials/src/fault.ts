export type CredentialFaultCode =
  /** Sealed with a master key that is not here. */
  | 'KEY_MISSING'
  /** Changed since it was sealed, or sealed under another name or for another instance. */
  | 'TAMPERED'
  /** The envelope, or the file with the master key, is not what it should be. */
  | 'UNREADABLE'
  /** Another process has been changing the envelope for too long. */
  | 'IN_USE'

/** Why a credential cannot be had. The message says what to do and never holds a secret. */
export class CredentialFault extends Error {
  override readonly name = 'CredentialFault'
  readonly code: CredentialFaultCode

  constructor(code: CredentialFaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
