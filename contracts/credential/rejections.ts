export const credentialRejections = [
  'MODEL_PROVIDER_NOT_FOUND',
  /** The model was asked and did not answer as it should. */
  'MODEL_TEST_FAILED',
  /** The envelope, or one credential in it, does not open. */
  'CREDENTIALS_UNREADABLE',
  'CREDENTIALS_IN_USE',
] as const
