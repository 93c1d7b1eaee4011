import { type LiveFrame, subjects } from '@mosaic/contracts/messaging'
import { type EventStore, parseRecord, type ReadItem } from '@mosaic/event-store'
import type { Messaging, RelayedRecord } from '@mosaic/messaging'
import { type Logger, persistently } from '@mosaic/runtime'
import { positionOf, toFeedEvent } from './feed-event.ts'
import { createAudience, type FeedListener } from './audience.ts'
import { createUnfinishedMessages } from './unfinished-messages.ts'

/** What happens in the log, from now on, for everyone in this process: one NATS subscription, whoever watches. */
export type Feed = {
  /** Settles when the log has been reached for the first time: from then on no event is missed. */
  readonly ready: Promise<void>
  /** Commit position of the newest event given out. */
  position(): bigint
  /** Whether events come straight from NATS right now (else from the log). */
  viaNats(): boolean
  /** Listens to one stream (and its live frames), or to every event of the log when none is named. */
  listen(listener: FeedListener, streamId?: string): () => void
  /** What an agent is in the middle of saying, as live frames from the beginning of the message. */
  unfinished(workspaceId: string, sessionId: string): LiveFrame[]
  close(): void
}

/** How often the log is asked whether NATS has kept something back (a relay that is down, a lost last message). */
const watchEveryMs = 2000

/**
 * Gives out every event once and in the log's order. Follows NATS, and the log wherever NATS has a hole: each relayed
 * event names the position of the one before it, so that a lost message shows. Both may be followed at once; what has
 * been given out already is skipped. The log is let go when NATS has told of everything that was given out.
 */
export function createFeed(eventStore: EventStore, messaging: Messaging, logger: Logger): Feed {
  const audience = createAudience()
  const unfinished = createUnfinishedMessages()
  const closing = new AbortController()
  let started = false
  let last = 0n
  /** The newest position that NATS has told of. */
  let announced = 0n
  let following: { stop: AbortController; caughtUp: boolean } | undefined

  const give = (item: ReadItem) => {
    last = positionOf(item)
    const event = toFeedEvent(item)
    if (!event) return
    unfinished.event(event)
    audience.tell(event)
  }
  const letGoWhenInStep = () => {
    if (following?.caughtUp && announced === last && messaging.connected()) following.stop.abort()
  }
  const fromNats = ({ record, previousPosition }: RelayedRecord) => {
    const position = BigInt(record.position)
    if (position > announced) announced = position
    if (!started) return
    if (position > last) {
      if (BigInt(previousPosition ?? 0) === last) give(parseRecord(record))
      else followLog('a hole in what NATS gave')
    }
    letGoWhenInStep()
  }
  const followLog = (reason: string) => {
    if (following || !started || closing.signal.aborted) return
    logger.debug({ reason, after: String(last) }, 'following the log')
    const current = { stop: new AbortController(), caughtUp: false }
    following = current
    const signal = AbortSignal.any([current.stop.signal, closing.signal])
    const read = async () => {
      for await (const item of eventStore.subscribeAll({ after: last === 0n ? null : String(last), signal })) {
        if (item.kind === 'caught-up') current.caughtUp = true
        else if (positionOf(item) > last) give(item)
        letGoWhenInStep()
      }
    }
    read()
      .catch((error: unknown) => logger.error({ err: error }, 'following the log failed'))
      .finally(() => {
        following = undefined
        if (!messaging.connected()) followLog('NATS is down')
        else if (announced > last) followLog('more was announced meanwhile')
      })
  }

  const start = async () => {
    const position = await persistently(() => eventStore.lastPosition(), {
      firstMs: 50,
      longestMs: 1000,
      signal: closing.signal,
    })
    last = BigInt(position ?? 0)
    started = true
    if (!messaging.connected()) followLog('NATS is down')
  }
  const watch = setInterval(() => {
    if (audience.isEmpty() || following) return
    const before = last
    eventStore.lastPosition().then(
      (position) => {
        // Nothing came while the log was asked, and it has more than was given out.
        if (last === before && BigInt(position ?? 0) > last) followLog('NATS lags behind the log')
      },
      () => undefined,
    )
  }, watchEveryMs)
  const stops = [
    messaging.subscribeEvents(subjects.everyEvent, fromNats),
    messaging.subscribeLive((workspaceId, frame) => {
      unfinished.live(workspaceId, frame)
      audience.tellLive(workspaceId, frame)
    }),
    messaging.onConnection((connected) => followLog(connected ? 'NATS is back' : 'NATS is down')),
  ]

  return {
    // Rejects only when it is closed before the log has answered.
    ready: start().catch(() => undefined),
    position: () => last,
    viaNats: () => started && following === undefined,
    listen: audience.listen,
    unfinished: unfinished.framesOf,
    close() {
      clearInterval(watch)
      closing.abort()
      for (const stop of stops) stop()
    },
  }
}
