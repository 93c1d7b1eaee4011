import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { FeedEvent } from './feed-event.ts'
import { liveFrameJson } from './sink.ts'

/** Told in the middle of reading: must neither throw nor wait. */
export type FeedListener = {
  event(event: FeedEvent): void
  /** `json` is the StreamFrame for the wire, serialised once for everyone. */
  live?(workspaceId: string, frame: LiveFrame, json: string): void
}

/** Who listens to which stream, so that an event costs only those who watch it. */
export function createAudience() {
  const everything = new Set<FeedListener>()
  const byStream = new Map<string, Set<FeedListener>>()
  return {
    isEmpty: () => everything.size === 0 && byStream.size === 0,
    tell(event: FeedEvent) {
      for (const listener of byStream.get(event.streamId) ?? []) listener.event(event)
      for (const listener of everything) listener.event(event)
    },
    tellLive(workspaceId: string, frame: LiveFrame) {
      const listeners = byStream.get(agentSessionStream.of(frame.sessionId))
      if (!listeners) return
      const json = liveFrameJson(frame)
      for (const listener of listeners) listener.live?.(workspaceId, frame, json)
    },
    listen(listener: FeedListener, streamId?: string) {
      const listeners = streamId === undefined ? everything : (byStream.get(streamId) ?? new Set())
      if (streamId !== undefined) byStream.set(streamId, listeners)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (streamId !== undefined && listeners.size === 0 && byStream.get(streamId) === listeners)
          byStream.delete(streamId)
      }
    },
  }
}
