import { jetstream, JetStreamApiError } from '@nats-io/jetstream'
import { type KvEntry, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { MessagingUnavailableError, RevisionMovedError } from './errors.ts'
import type { KeyValue } from './types.ts'

const timeout = 5000
/** JetStream's error code: the expected last sequence was wrong. */
const wrongLastSequence = 10071

/**
 * A bucket is made when it is first used, and made again when the server has lost it.
 * @param connection throws while there is none; @param onLoss calls back when the connection breaks
 */
export function keyValueOf(
  connection: () => NatsConnection,
  onLoss: (listener: () => void) => () => void,
  bucket: string,
  { maxAgeMs = 0 }: { readonly maxAgeMs?: number } = {},
): KeyValue {
  const open = () =>
    new Kvm(jetstream(connection(), { timeout, checkAPI: false })).create(bucket, { ttl: maxAgeMs, timeout })

  return {
    async get(key) {
      const found = await answered(async () => (await open()).get(key))
      return found?.operation === 'PUT' ? { value: found.string(), revision: found.revision } : null
    },

    put: (key, value, expectedRevision) =>
      answered(async () => {
        const previous = expectedRevision === undefined ? {} : { previousSeq: expectedRevision }
        return (await open()).put(key, value, { timeout, ...previous })
      }),

    delete: (key) => answered(async () => (await open()).delete(key)),

    async *watch({ signal }) {
      const changes = await answered(async () => (await open()).watch())
      let lost = false
      const stop = () => changes.stop()
      const stopListening = onLoss(() => {
        lost = true
        stop()
      })
      signal.addEventListener('abort', stop)
      try {
        if (signal.aborted) return
        for await (const entry of changes) {
          if (signal.aborted) return
          yield changeOf(entry)
        }
        if (!signal.aborted) {
          throw new MessagingUnavailableError(lost ? 'the connection to NATS broke' : 'the watch of a bucket has ended')
        }
      } finally {
        signal.removeEventListener('abort', stop)
        stopListening()
        stop()
      }
    },
  }
}

const changeOf = (entry: KvEntry) => ({
  key: entry.key,
  value: entry.operation === 'PUT' ? entry.string() : null,
  revision: entry.revision,
})

async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MessagingUnavailableError) throw error
    if (error instanceof JetStreamApiError && error.code === wrongLastSequence) {
      throw new RevisionMovedError('another has written the key', { cause: error })
    }
    throw new MessagingUnavailableError('the key-value bucket does not answer', { cause: error })
  }
}
