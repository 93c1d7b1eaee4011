import { z } from 'zod'
import { uuid } from '../kernel/index.ts'

const frame = { sessionId: uuid, messageId: uuid }

/**
 * What an agent is saying right now. Not events: lost frames are made up for by the `MessageRecorded` (same
 * `messageId`) that follows. `offset` counts the UTF-16 units of the block sent before this frame, so that a reader
 * who joins late knows what it missed.
 */
export const liveFrame = z.discriminatedUnion('kind', [
  z.object({ ...frame, kind: z.literal('started'), turn: z.int() }),
  z.object({
    ...frame,
    kind: z.literal('delta'),
    block: z.int().min(0),
    blockType: z.enum(['text', 'thinking', 'tool_use']),
    toolName: z.string().nullable(),
    offset: z.int().min(0),
    text: z.string(),
  }),
  z.object({ ...frame, kind: z.literal('aborted') }),
])
export type LiveFrame = z.infer<typeof liveFrame>
