import { ProtoWriter } from '../wire/protobuf.ts'
import { showStart } from './config-stream.ts'
import type { Consumer } from './consumer.ts'
import type { Group } from './group.ts'
import type { Measurement } from './measurements.ts'

/** What .NET shows for a time without end. */
const ENDLESS = -(2 ** 31)

/** Protobuf leaves zeroes out; so does this. */
const number = (target: ProtoWriter, field: number, value: number) => {
  if (value !== 0) target.uint64(field, value)
}

const measurement =
  ([key, value]: Measurement) =>
  (target: ProtoWriter) =>
    number(target.string(1, key), 2, value)

type PerSecond = (items: number) => number

const connection = (consumer: Consumer, perSecond: PerSecond) => (target: ProtoWriter) => {
  const count = consumer.total - consumer.measured
  consumer.measured = consumer.total
  target.string(2, consumer.username)
  number(target, 3, perSecond(count))
  number(target, 4, consumer.total)
  number(target, 5, count)
  for (const observed of consumer.measurements?.observed() ?? []) target.message(6, measurement(observed))
  number(target, 7, consumer.availableSlots)
  number(target, 8, consumer.inFlight.size)
  target.string(9, consumer.name)
}

/** The state in the words of the real server, whose flags these are. */
function status({ feed, replaying }: Group): string {
  const live = feed.state !== 'stuck' && feed.buffer.live
  const flags = [
    !live && 'Behind',
    feed.state === 'unreadable' && 'OutstandingPageRequest',
    replaying && 'ReplayingParkedMessages',
    live && 'Live',
  ]
  return flags.filter(Boolean).join(', ')
}

function settings(target: ProtoWriter, { config }: Group): void {
  const { settings: of } = config
  target.bool(10, of.resolveLinks).string(11, showStart(config.stream, config.startFrom))
  number(target, 12, of.messageTimeoutMs)
  target.bool(13, of.extraStatistics)
  number(target, 14, of.maxRetryCount)
  number(target, 15, of.liveBufferSize)
  number(target, 16, of.historyBufferSize)
  number(target, 17, of.readBatchSize)
  number(target, 18, of.checkpointAfterMs || ENDLESS)
  number(target, 19, of.minCheckpointCount)
  number(target, 20, of.maxCheckpointCount)
  target.string(26, of.strategy)
  number(target, 27, of.maxSubscriberCount)
}

function statistics(target: ProtoWriter, group: Group): void {
  const { checkpoints, source, consumers, feed } = group
  const { lastKnown, buffer } = feed
  if (checkpoints.marker !== undefined) target.string(8, source.show(checkpoints.marker))
  if (lastKnown !== undefined) target.string(9, source.show(lastKnown))
  number(target, 21, buffer.waiting.length)
  number(target, 22, buffer.liveCount)
  number(target, 23, buffer.retries.length)
  number(
    target,
    24,
    [...consumers].reduce((total, { inFlight }) => total + inFlight.size, 0),
  )
  number(target, 25, group.outstanding.size)
  number(target, 28, group.parking.count)
}

/** A group as SubscriptionInfo. What is counted since the last measurement begins anew with this one. */
export const subscriptionInfo = (group: Group, now: number) => (target: ProtoWriter) => {
  const elapsed = now - group.measured.at
  const count = group.total - group.measured.total
  const perSecond: PerSecond = (items) => (elapsed > 0 ? Math.trunc((items * 1000) / elapsed) : 0)
  group.measured = { at: now, total: group.total }
  target.string(1, group.config.stream).string(2, group.config.group).string(3, status(group))
  for (const consumer of group.consumers) target.message(4, connection(consumer, perSecond))
  number(target, 5, perSecond(count))
  number(target, 6, group.total)
  number(target, 7, count)
  settings(target, group)
  statistics(target, group)
}
