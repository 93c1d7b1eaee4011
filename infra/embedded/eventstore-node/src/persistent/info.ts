import { ProtoWriter } from '../wire/protobuf.ts'
import type { Consumer } from './consumer.ts'
import type { Group } from './group.ts'
import { ALL, FROM_END } from './settings.ts'

/** Protobuf leaves zeroes out; so does this. */
const number = (target: ProtoWriter, field: number, value: number) => {
  if (value !== 0) target.uint64(field, value)
}

const connection = (consumer: Consumer) => (target: ProtoWriter) => {
  target.string(1, consumer.call.peer).string(2, consumer.username)
  number(target, 4, consumer.total)
  number(target, 5, consumer.total - consumer.measured)
  number(target, 7, consumer.availableSlots)
  number(target, 8, consumer.inFlight.size)
  target.string(9, consumer.name)
  consumer.measured = consumer.total
}

const startFrom = ({ stream, startFrom: from }: Group['config']): string => {
  const shown = from === FROM_END ? '-1' : String(from)
  return stream === ALL ? `C:${shown}/P:${shown}` : shown
}

function settings(target: ProtoWriter, { config }: Group): void {
  const { settings: of } = config
  target.bool(10, of.resolveLinks).string(11, startFrom(config)).bool(13, of.extraStatistics)
  number(target, 12, of.messageTimeoutMs)
  number(target, 14, of.maxRetryCount)
  number(target, 15, of.liveBufferSize)
  number(target, 16, of.historyBufferSize)
  number(target, 17, of.readBatchSize)
  number(target, 18, of.checkpointAfterMs)
  number(target, 19, of.minCheckpointCount)
  number(target, 20, of.maxCheckpointCount)
  target.string(26, of.strategy)
  number(target, 27, of.maxSubscriberCount)
}

function statistics(target: ProtoWriter, group: Group): void {
  const { checkpoints, lastKnown, source } = group
  number(target, 6, group.total)
  number(target, 7, group.total - group.measured)
  group.measured = group.total
  if (checkpoints.marker !== undefined) target.string(8, source.show(checkpoints.marker))
  if (lastKnown !== undefined) target.string(9, source.show(lastKnown))
  number(target, 21, group.buffer.length)
  number(target, 23, group.retries.length)
  number(target, 24, group.outstanding.size)
  number(target, 25, group.outstanding.size)
  number(target, 28, group.parking.count)
}

/** A group as SubscriptionInfo. */
export const subscriptionInfo = (group: Group) => (target: ProtoWriter) => {
  target
    .string(1, group.config.stream)
    .string(2, group.config.group)
    .string(3, group.live ? 'Live' : 'Behind')
  for (const consumer of group.consumers) target.message(4, connection(consumer))
  settings(target, group)
  statistics(target, group)
}
