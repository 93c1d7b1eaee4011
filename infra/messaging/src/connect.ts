import { strike } from '@mosaic/contracts/fleet'
import { liveFrame, subjects } from '@mosaic/contracts/messaging'
import type { NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { decodeRecord } from './encoding.ts'
import { MessagingUnavailableError } from './errors.ts'
import { eventStreamOf } from './event-stream.ts'
import { messageFields } from './header-fields.ts'
import { keyValueOf } from './key-value.ts'
import { type Publisher, publisherOn } from './publisher.ts'
import { terminalsOf } from './terminals.ts'
import type { Messaging } from './types.ts'
import { workQueueOf } from './work-queue.ts'

const mostStrikeBytes = 64 * 1024

/**
 * Connects to NATS and keeps connecting for as long as it is not closed, so that a service starts and goes on
 * without it. Answers at once; `connected()` tells. @param options.name is shown by the server's monitoring.
 */
export function connectMessaging(options: { url: string; name: string }): Messaging {
  let connection: NatsConnection | undefined
  let publisher: Publisher | undefined
  let up = false
  let closing = false
  const connectionListeners = new Set<(connected: boolean) => void>()
  /** Subscriptions are kept by the client over reconnects; those asked for before the first connection wait here. */
  const whenConnected: ((connection: NatsConnection) => void)[] = []

  const tell = (connected: boolean) => {
    up = connected
    if (!connected) publisher?.failAll(new MessagingUnavailableError('the connection to NATS broke'))
    for (const listener of connectionListeners) listener(connected)
  }
  const watch = async (established: NatsConnection) => {
    for await (const { type } of established.status()) {
      if (type === 'reconnect') tell(true)
      if (type === 'disconnect' || type === 'staleConnection') tell(false)
    }
  }
  const establish = async () => {
    const opened = await connect({
      servers: new URL(options.url).host,
      // The library reads none from an address.
      ...credentialsIn(options.url),
      name: options.name,
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 100,
      pingInterval: 5000,
      maxPingOut: 2,
      ignoreAuthErrorAbort: true,
    })
    if (closing) return opened.close()
    connection = opened
    for (const start of whenConnected) start(opened)
    void watch(opened)
    tell(true)
  }
  // An address that cannot be used at all; `connected()` stays false and calls answer MessagingUnavailableError.
  establish().catch(() => tell(false))

  const current = () => {
    if (!connection || !up) throw new MessagingUnavailableError('not connected to NATS')
    return connection
  }
  const currentPublisher = () => {
    const open = current()
    return (publisher ??= publisherOn(open))
  }
  const subscribe = (subject: string, onMessage: Parameters<typeof listen>[2]) => {
    let stop: () => void = () => undefined
    let stopped = false
    const start = (opened: NatsConnection) => {
      if (!stopped) stop = listen(opened, subject, onMessage)
    }
    if (connection) start(connection)
    else whenConnected.push(start)
    return () => {
      stopped = true
      stop()
    }
  }

  const onConnection = (listener: (connected: boolean) => void) => {
    connectionListeners.add(listener)
    return () => void connectionListeners.delete(listener)
  }
  const onLoss = (listener: () => void) => onConnection((connected) => connected || listener())

  return {
    connected: () => up,
    onConnection,
    publishLive(workspaceId, frame) {
      if (up) connection?.publish(subjects.live(workspaceId, frame.sessionId), JSON.stringify(frame))
    },
    subscribeEvents: (subject, listener) =>
      subscribe(subject, (message) => {
        const relayed = decodeRecord(messageFields(message), message.data)
        if (relayed) listener(relayed)
      }),
    subscribeLive: (listener) =>
      subscribe(subjects.everyLive, (message) => {
        const frame = liveFrame.safeParse(jsonOf(message.data))
        const workspaceId = message.subject.split('.')[1]
        if (frame.success && workspaceId) listener(workspaceId, frame.data)
      }),
    terminals: terminalsOf({ now: () => (up ? connection : undefined), subscribe }),
    publishStrike(asked) {
      if (up) connection?.publish(subjects.strike(asked.workspaceId), JSON.stringify(asked))
    },
    subscribeStrikes: (listener) =>
      subscribe(subjects.everyStrike, ({ subject, data }) => {
        const asked = data.length > mostStrikeBytes ? undefined : strike.safeParse(jsonOf(data)).data
        if (asked && subject === subjects.strike(asked.workspaceId)) listener(asked)
      }),
    eventStream: eventStreamOf(current, onLoss, currentPublisher),
    workQueue: workQueueOf(current),
    keyValue: (bucket, options) => keyValueOf(current, onLoss, bucket, options),
    async close() {
      closing = true
      publisher?.close()
      if (!connection) return
      // Draining a connection that is down rejects; there is nothing to wait for then.
      const drained = connection.drain().catch(() => undefined)
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 1000))])
      await connection.close()
    },
  }
}

/** The user and password of an address, where it names them. */
function credentialsIn(url: string): { user?: string; pass?: string } {
  const { username, password } = new URL(url)
  return username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}
}

type Message = Parameters<NonNullable<NonNullable<Parameters<NatsConnection['subscribe']>[1]>['callback']>>[1]

function listen(connection: NatsConnection, subject: string, onMessage: (message: Message) => void) {
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      if (error === null) onMessage(message)
    },
  })
  return () => subscription.unsubscribe()
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}
