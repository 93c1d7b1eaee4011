import { workItem, type WorkItem } from '@mosaic/contracts/task'
import {
  AckPolicy,
  type Consumer,
  jetstream,
  jetstreamManager,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import { nanos, type NatsConnection } from '@nats-io/nats-core'
import { MessagingUnavailableError } from './errors.ts'
import type { TakenWork, WorkQueue } from './types.ts'

const timeout = 5000
const queue = { stream: 'WORK', subject: 'work.tasks', consumer: 'workers' } as const
/** A worker that says nothing about an item for so long has died: somebody else gets it. */
const ackWaitMs = 30_000
const windowMs = 120_000
const leastWaitMs = 2000

/**
 * A JetStream stream with the retention of a work queue, and the one durable consumer that all workers pull from.
 * Made when it is first used, and made again when the server has lost it.
 * @param connection throws while there is none
 */
export function workQueueOf(connection: () => NatsConnection): WorkQueue {
  let made: { readonly on: NatsConnection; readonly consumer: Promise<Consumer> } | undefined

  const open = (): Promise<Consumer> => {
    const on = connection()
    if (made?.on !== on) made = { on, consumer: make(on) }
    return made.consumer
  }
  /** What has been lost, or never was, is made by the next call. */
  const answered = async <T>(work: (consumer: Consumer) => Promise<T>): Promise<T> => {
    try {
      return await work(await open())
    } catch (error) {
      made = undefined
      if (error instanceof MessagingUnavailableError) throw error
      throw new MessagingUnavailableError('the work queue does not answer', { cause: error })
    }
  }

  return {
    put: (item) =>
      answered(async () => {
        const js = jetstream(connection(), { timeout, checkAPI: false })
        await js.publish(queue.subject, JSON.stringify(item), { msgID: idOf(item) })
      }),
    async *take(most, { waitMs, signal }) {
      const expires = Math.max(leastWaitMs, waitMs)
      // Its end must not look like silence: what is on its way just then would be nobody's.
      const how = { max_messages: most, expires, idle_heartbeat: expires / 4 }
      const messages = await answered((consumer) => consumer.fetch(how))
      const stop = () => messages.stop()
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      try {
        for await (const message of messages) {
          const work = takenOf(message)
          if (work) yield work
        }
      } catch (error) {
        made = undefined
        throw new MessagingUnavailableError('the work queue does not answer', { cause: error })
      } finally {
        signal.removeEventListener('abort', stop)
        messages.stop()
      }
    },
  }
}

async function make(on: NatsConnection): Promise<Consumer> {
  const manager = await jetstreamManager(on, { timeout, checkAPI: false })
  await manager.streams.add({
    name: queue.stream,
    subjects: [queue.subject],
    storage: StorageType.File,
    retention: RetentionPolicy.Workqueue,
    duplicate_window: nanos(windowMs),
    num_replicas: 1,
  })
  await manager.consumers.add(queue.stream, {
    durable_name: queue.consumer,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: 10_000,
  })
  return jetstream(on, { timeout, checkAPI: false }).consumers.get(queue.stream, queue.consumer)
}

const idOf = ({ taskId, round, slot }: WorkItem) => `${taskId}/${round}/${slot}`

/** What is no item of ours is nobody's work: it is taken out. */
function takenOf(message: JsMsg): TakenWork | undefined {
  const item = workItem.safeParse(json(message))
  if (!item.success) {
    message.term()
    return undefined
  }
  return {
    item: item.data,
    done: () => message.ack(),
    isUnderWay: () => message.working(),
    giveBack: (afterMs) => message.nak(afterMs),
  }
}

function json(message: JsMsg): unknown {
  try {
    return message.json()
  } catch {
    return undefined
  }
}
