import type { StreamReader } from '@mosaic/contracts/agent-provider'
import type { Feed } from './feed.ts'
import { type FeedEvent, positionOf, toFeedEvent } from './feed-event.ts'
import type { LiveSources } from './follow-session.ts'
import { eventFrame, sendFrame } from './sink.ts'

export type WorkspaceSubscription = {
  readonly workspaceId: string
  readonly type?: string | undefined
  readonly sink: StreamReader
  readonly signal: AbortSignal
}

/** Sends a workspace's events from now on, until the signal is aborted or the reader is too slow. */
export function followWorkspace(feed: Feed, subscription: WorkspaceSubscription): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stop()
      resolve()
    }
    const stop = feed.listen({
      event(event) {
        if (!isWanted(event, subscription)) return
        if (subscription.sink.isFull()) {
          sendFrame(subscription.sink, { type: 'dropped', revision: null })
          end()
        } else subscription.sink.send(eventFrame(event), event.position)
      },
    })
    if (subscription.signal.aborted) end()
    else subscription.signal.addEventListener('abort', end, { once: true })
    sendFrame(subscription.sink, { type: 'caught-up', revision: null })
  })
}

/**
 * Sends a workspace's events after a position: from the log until that has come as far as the feed, then from the feed.
 * Between the last look and taking over nothing is waited for, so that no event falls in between.
 */
export async function followWorkspaceFrom(
  { eventStore, feed }: LiveSources,
  after: string,
  subscription: WorkspaceSubscription,
): Promise<void> {
  const { sink, signal } = subscription
  let last = BigInt(after)
  do {
    for await (const item of eventStore.readAll({ after: String(last) })) {
      if (signal.aborted) return
      if (sink.isFull() && !(await sink.drained())) return sendFrame(sink, { type: 'dropped', revision: null })
      last = positionOf(item)
      const event = toFeedEvent(item)
      if (event && isWanted(event, subscription)) sink.send(eventFrame(event), event.position)
    }
  } while (feed.position() > last)
  // The log may be ahead of the feed: what the feed has yet to give is skipped up to here.
  const ahead = last
  return followWorkspace(
    {
      ...feed,
      listen: (listener) => feed.listen({ event: (event) => BigInt(event.position) > ahead && listener.event(event) }),
    },
    subscription,
  )
}

const isWanted = (event: FeedEvent, { workspaceId, type }: WorkspaceSubscription): boolean =>
  event.metadata.workspaceId === workspaceId && (type === undefined || event.type === type)
