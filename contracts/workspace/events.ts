import { z } from 'zod'
import { event, type EventsOf, workspaceId } from '../kernel/index.ts'

/** Facts of `workspaceStream`. */
export const workspaceEvents = {
  WorkspaceCreated: event(z.object({ workspaceId, name: z.string() })),
} as const

export type WorkspaceEvent = EventsOf<typeof workspaceEvents>
