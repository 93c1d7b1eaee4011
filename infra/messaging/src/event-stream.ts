import { headers as names, stream } from '@mosaic/contracts/messaging'
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
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
import { pull, sequenceOf } from './pull.ts'
import type { EventStream, RelayPoint, SequencedRecord } from './types.ts'

const timeout = 5000
/** JetStream's error codes: no such stream, no such message. */
const streamNotFound = 10059
const messageNotFound = 10037

const codeOf = (error: unknown) => (error instanceof JetStreamApiError ? error.code : undefined)
const positionOf = (header: { get(name: string): string } | undefined) => header?.get(names.position).split('/')[0]

const unavailable = (error: unknown) =>
  new MessagingUnavailableError('NATS JetStream does not answer', { cause: error })

export function eventStreamOf(
  connection: () => NatsConnection,
  onLoss: (listener: () => void) => () => void,
  publisher: () => Publisher,
): EventStream {
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
      try {
        let expected: number | undefined
        const consumer = { stream: stream.name, name }
        for await (const messages of pull(connection(), { consumer, signal, onLoss })) {
          const relayed: SequencedRecord[] = []
          for (const message of messages) {
            const sequence = sequenceOf(message)
            if (expected !== undefined && sequence !== expected) {
              throw new StreamMovedError(`sequence ${sequence} came, ${expected} was expected`)
            }
            expected = sequence + 1
            const decoded = decodeRecord(messageFields(message), message.data)
            if (decoded) relayed.push({ record: decoded.record, previousPosition: decoded.previousPosition, sequence })
          }
          yield relayed
        }
      } finally {
        void jsm.consumers.delete(stream.name, name).catch(() => undefined)
      }
    },
  }
}
