import type { StreamReader } from '@mosaic/contracts/agent-provider'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { setTimeout as wait } from 'node:timers/promises'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { type EventStore, type ReadItem, StoreUnavailableError } from '@mosaic/event-store'
import { problemOf } from '@mosaic/http'
import { persistently } from '@mosaic/runtime'
import type { Feed } from './feed.ts'
import { type FeedEvent, positionOf, revisionOf, textIn, toFeedEvent } from './feed-event.ts'
import { eventFrame, sendFrame } from './sink.ts'

export type SessionSubscription = {
  readonly sessionId: string
  readonly workspaceId: string
  /** Events above this revision; -1 for all. */
  readonly afterRevision: number
  readonly sink: StreamReader
  readonly signal: AbortSignal
}

export type LiveSources = { readonly eventStore: EventStore; readonly feed: Feed }

/**
 * Sends a session's history from the log up to the live edge, then what comes, until the signal is aborted or the
 * reader is too slow. While the log is read nothing is buffered: the feed only tells how far the stream has come, and
 * the log is read again until nothing is missing. Then, in the same breath, the feed takes over.
 */
export async function followSession(sources: LiveSources, subscription: SessionSubscription): Promise<void> {
  const { sessionId, workspaceId, sink, signal } = subscription
  let last = subscription.afterRevision
  let highest = -1
  /** The newest message that the reader has whole. */
  let lastMessage: string | undefined
  let live = false
  let dropped = false
  let wake: () => void = () => undefined

  const drop = () => {
    dropped = true
    live = false
    sendFrame(sink, { type: 'dropped', revision: last })
    wake()
  }
  const deliver = (event: FeedEvent) => {
    sink.send(eventFrame(event), String(event.revision))
    last = event.revision
    if (event.type === 'MessageRecorded') lastMessage = textIn(event.data, 'messageId')
  }
  const passOver = (item: ReadItem) => {
    last = revisionOf(item)
    sendFrame(sink, { type: 'passed-over', revision: last, position: String(positionOf(item)) })
  }
  const onEvent = (event: FeedEvent) => {
    highest = Math.max(highest, event.revision)
    if (!live || event.revision <= last || event.metadata.workspaceId !== workspaceId) return
    if (sink.isFull()) drop()
    else if (event.revision === last + 1) deliver(event)
    else {
      live = false
      wake()
    }
  }
  const onLive = (workspace: string, _frame: LiveFrame, json: string) => {
    // Live frames are made up for by the message that follows: a reader who lags can do without.
    if (live && workspace === workspaceId && !sink.isFull()) sink.send(json)
  }

  const readHistory = async () => {
    for await (const item of sources.eventStore.readStream(agentSessionStream.of(sessionId), { from: last + 1 })) {
      if (signal.aborted) return
      if (sink.isFull() && !(await sink.drained())) return drop()
      const event = toFeedEvent(item)
      if (event?.metadata.workspaceId === workspaceId) deliver(event)
      else passOver(item)
    }
  }
  const readUntilComplete = async () => {
    for (;;) {
      const before = last
      await readHistory()
      if (highest <= last || dropped || signal.aborted) return
      // The feed may have it from a node that is ahead of the one that is read.
      if (last === before) await wait(50, undefined, { signal }).catch(() => undefined)
    }
  }
  const isPassing = (error: unknown, failures: number) => {
    if (!(error instanceof StoreUnavailableError)) return false
    if (failures === 1) sendFrame(sink, { type: 'problem', problem: problemOf(storeIsDown) })
    return true
  }
  const readPersistently = async () => {
    try {
      await persistently(readUntilComplete, { firstMs: 100, longestMs: 2000, signal, isPassing })
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  const stop = sources.feed.listen({ event: onEvent, live: onLive }, agentSessionStream.of(sessionId))
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    for (let first = true; !signal.aborted && !dropped; first = false) {
      await readPersistently()
      if (signal.aborted || dropped) return
      if (first) sendFrame(sink, { type: 'caught-up', revision: last < 0 ? null : last })
      live = true
      for (const frame of sources.feed.unfinished(workspaceId, sessionId))
        if (first && frame.messageId !== lastMessage) sendFrame(sink, { type: 'live', frame })
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stop()
  }
}

export const storeIsDown = {
  code: 'STORE_UNAVAILABLE',
  message: 'the event store does not answer; the stream goes on when it is back',
} as const
