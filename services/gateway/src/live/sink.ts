import type { StreamReader } from '@mosaic/contracts/agent-provider'
import type { StreamFrame } from '@mosaic/contracts/http'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { FeedEvent } from './feed-event.ts'

/** What one reader may leave waiting, in bytes, before it is dropped. */
export const mostWaiting = 1024 * 1024
/** How long a reader of history may take to make room. */
export const drainTimeoutMs = 30_000

export const eventFrame = (event: FeedEvent): string => `{"type":"event","event":${event.json}}`

export const liveFrameJson = (frame: LiveFrame): string => JSON.stringify({ type: 'live', frame } satisfies StreamFrame)

export const sendFrame = (sink: StreamReader, frame: Exclude<StreamFrame, { type: 'event' }>): void =>
  sink.send(JSON.stringify(frame))
