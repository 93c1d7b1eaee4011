export const credentialRejections = [
  'MODEL_PROVIDER_NOT_FOUND',
  /** The model was asked and did not answer as it should. */
  'MODEL_TEST_FAILED',
  /** The envelope, or one credential in it, does not open. */
  'CREDENTIALS_UNREADABLE',
  'CREDENTIALS_IN_USE',
  'CODE_HOST_NOT_FOUND',
  /** There is none for where a repository comes from. */
  'CODE_HOST_NOT_CONFIGURED',
  /** It does not take the token, or the token may not do this. */
  'CODE_HOST_REFUSED',
  'CODE_HOST_UNAVAILABLE',
  /** It asks to be left alone for a while; `details.retryAfterSeconds`. */
  'CODE_HOST_LIMITED',
  /** What it answers is not what a host of its kind would. */
  'CODE_HOST_NOT_UNDERSTOOD',
] as const
