import { headers as names, stream } from '@mosaic/contracts/messaging'
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import { nanos, type NatsConnection } from '@nats-io/nats-core'
import { decodeRecord } from './encoding.ts'
import { MessagingUnavailableError, StreamMovedError } from './errors.ts'
import { messageFields } from './header-fields.ts'
import type { Publisher } from './publisher.ts'
import type { EventStream, RelayPoint } from './types.ts'

const timeout = 5000
/** JetStream's error codes: no such stream, no such message. */
const streamNotFound = 10059
const messageNotFound = 10037

const codeOf = (error: unknown) => (error instanceof JetStreamApiError ? error.code : undefined)
const positionOf = (header: { get(name: string): string } | undefined) => header?.get(names.position).split('/')[0]

const unavailable = (error: unknown) =>
  new MessagingUnavailableError('NATS JetStream does not answer', { cause: error })

export function eventStreamOf(connection: () => NatsConnection, publisher: () => Publisher): EventStream {
  const manager = () => jetstreamManager(connection(), { timeout, checkAPI: false })

  const add = async () => {
    const jsm = await manager()
    const { state } = await jsm.streams.add({
      name: stream.name,
      subjects: [...stream.subjects],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      duplicate_window: nanos(120_000),
      num_replicas: 1,
    })
    return state.last_seq
  }
  const lastSequence = async () => {
    const jsm = await manager()
    try {
      return (await jsm.streams.info(stream.name)).state.last_seq
    } catch (error) {
      if (codeOf(error) === streamNotFound) return add()
      throw error
    }
  }
  const positionAt = async (sequence: number): Promise<string | undefined> => {
    try {
      const message = await (await manager()).streams.getMessage(stream.name, { seq: sequence })
      return positionOf(message?.header)
    } catch (error) {
      if (codeOf(error) === messageNotFound) return undefined
      throw error
    }
  }

  return {
    async ensure(): Promise<RelayPoint> {
      try {
        const sequence = await lastSequence()
        return { sequence, position: sequence === 0 ? null : ((await positionAt(sequence)) ?? null) }
      } catch (error) {
        throw unavailable(error)
      }
    },

    publish: async (record, previousPosition, sequence) => publisher().publish(record, previousPosition, sequence),

    async sequenceAfter(position) {
      try {
        const { state } = await (await manager()).streams.info(stream.name)
        if (position === null) return Math.max(state.first_seq, 1)
        let [low, high] = [Math.max(state.first_seq, 1), state.last_seq + 1]
        while (low < high) {
          const middle = Math.floor((low + high) / 2)
          const found = await positionAt(middle)
          if (found !== undefined && BigInt(found) > BigInt(position)) high = middle
          else low = middle + 1
        }
        return low
      } catch (error) {
        throw unavailable(error)
      }
    },

    async *follow({ fromSequence, signal }) {
      const jsm = await manager()
      const { name } = await jsm.consumers.add(stream.name, {
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: Math.max(fromSequence, 1),
        inactive_threshold: nanos(30_000),
        mem_storage: true,
        num_replicas: 1,
      })
      const consumer = await jetstream(connection()).consumers.get(stream.name, name)
      const messages = await consumer.consume({ max_messages: 1000, abort_on_missing_resource: true })
      const stop = () => messages.stop()
      signal.addEventListener('abort', stop)
      try {
        // Aborted while the consumer was being made: the listener came too late to hear of it.
        if (signal.aborted) return
        let expected: number | undefined
        for await (const message of messages) {
          if (signal.aborted) return
          if (expected !== undefined && message.seq !== expected) {
            throw new StreamMovedError(`sequence ${message.seq} came, ${expected} was expected`)
          }
          expected = message.seq + 1
          const relayed = decodeRecord(messageFields(message), message.data)
          if (relayed) yield { ...relayed, sequence: message.seq }
        }
        if (!signal.aborted) throw new StreamMovedError('the consumer has ended')
      } finally {
        signal.removeEventListener('abort', stop)
        void messages.close().catch(() => undefined)
        void jsm.consumers.delete(stream.name, name).catch(() => undefined)
      }
    },
  }
}
