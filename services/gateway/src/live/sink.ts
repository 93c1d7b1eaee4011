import type { StreamFrame } from '@mosaic/contracts/http'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { FeedEvent } from './feed-event.ts'

/** One reader's end of a stream. Frames go out at once; how much is still waiting to be read is the reader's pace. */
export type Sink = {
  /** `frame` is the JSON of a StreamFrame; `cursor` is where to resume after it. */
  send(frame: string, cursor?: string): void
  /** Too much is waiting to be read. */
  isFull(): boolean
  /** Settles when there is room again: `false` when that took too long. */
  drained(): Promise<boolean>
}

/** What one reader may leave waiting, in bytes, before it is dropped. */
export const mostWaiting = 1024 * 1024
/** How long a reader of history may take to make room. */
export const drainTimeoutMs = 30_000

export const eventFrame = (event: FeedEvent): string => `{"type":"event","event":${event.json}}`

export const liveFrameJson = (frame: LiveFrame): string => JSON.stringify({ type: 'live', frame } satisfies StreamFrame)

export const sendFrame = (sink: Sink, frame: Exclude<StreamFrame, { type: 'event' }>): void =>
  sink.send(JSON.stringify(frame))
