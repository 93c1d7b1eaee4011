import { randomUUID } from 'node:crypto'
import { taskStream, type WorkItem } from '@mosaic/contracts/task'
import { connectEventStore, type EventStore, type NewEvent } from '@mosaic/event-store'
import { attemptSpec, commandContext, type Engine, eventually, natsOptions, startMessaging } from '@mosaic/kit'
import { connectMessaging } from '@mosaic/messaging'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { inFlight } from '../compare.ts'
import { type NodeProcess, startNodeProcess } from '../eventstore/node-process.ts'

const patienceMs = 600_000

/** Engines of one round's own, each a process with its data on disk, and a queue to be emptied. */
export class Ground {
  readonly log: NodeProcess
  readonly nats: Engine
  readonly store: EventStore
  readonly items: readonly WorkItem[]

  private constructor(log: NodeProcess, nats: Engine, tasks: number) {
    this.log = log
    this.nats = nats
    this.store = connectEventStore({ connectionString: log.url, instanceId: 'bench' })
    this.items = Array.from({ length: tasks }, () => ({
      taskId: randomUUID(),
      workspaceId: 'default',
      round: 1,
      slot: 0,
      labels: [],
    }))
  }

  static async make(tasks: number): Promise<Ground> {
    const [log, nats] = await Promise.all([startNodeProcess(), startMessaging()])
    return new Ground(log, nats, tasks)
  }

  /** The tasks as the log has them when their turn has come. */
  async dispatchAll(): Promise<void> {
    await inFlight(64, this.items.length, async (n) => {
      const { taskId } = this.items[n]!
      const streamId = taskStream.of(taskId)
      const appended = await this.store.append(streamId, dispatchedTask(taskId), {
        expectedRevision: 'no-stream',
        context: commandContext(),
      })
      if (!appended.ok) throw new Error(appended.error.message)
    })
  }

  /** All items into the workers' queue. */
  async offerAll(): Promise<void> {
    const messaging = connectMessaging({ url: this.nats.url, name: 'bench' })
    await eventually('a connection', () => messaging.connected())
    await inFlight(256, this.items.length, (n) => messaging.workQueue.put(this.items[n]!))
    await messaging.close()
  }

  /** Resolves once the queue holds nothing and nobody has anything of it in hand. */
  async untilEmpty(): Promise<void> {
    const connection = await connect(natsOptions(this.nats.url))
    const manager = await jetstreamManager(connection, { checkAPI: false })
    const isEmpty = async () => (await manager.streams.info('WORK')).state.messages === 0
    await eventually('the queue is empty', isEmpty, patienceMs)
    await connection.close()
  }

  async close(): Promise<void> {
    await this.store.close()
    await Promise.all([this.log.close(), this.nats.close()])
  }
}

function dispatchedTask(taskId: string): NewEvent[] {
  const spawn = { ...attemptSpec, repository: '/srv/repository', branch: 'main' }
  const plan = { spawn, models: ['scripted:hello'], priority: 5, dependsOn: [], notBefore: null, maxRetries: 2 }
  const described = { title: 'One of many', instructions: 'Do it.', source: 'mosaic-queue', externalKey: null }
  return [
    { type: 'TaskCreated', data: { taskId, missionId: randomUUID(), ...described, plan } },
    { type: 'TaskDispatched', data: { taskId, round: 1, attempts: 1 } },
  ] as NewEvent[]
}
