/** NATS is not there or does not answer in time. Nothing is lost: the relay goes on from its checkpoint. */
export class MessagingUnavailableError extends Error {
  override name = 'MessagingUnavailableError'
}

/** The JetStream stream is not where the publisher left it. Ask `ensure()` where it is and go on from there. */
export class StreamMovedError extends Error {
  override name = 'StreamMovedError'
}

/** The key is not at the revision that the writer expected: another has written it. */
export class RevisionMovedError extends Error {
  override name = 'RevisionMovedError'
}
