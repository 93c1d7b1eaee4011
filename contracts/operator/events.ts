import { z } from 'zod'
import { event, type EventsOf } from '../kernel/index.ts'
import { consoleLayout } from './layout.ts'
import { role } from './role.ts'

/** Facts of `operator-{operatorId}` (signing in) and `operatorLayout-{operatorId}` (the console's panels). */
export const operatorEvents = {
  OperatorSignedIn: {
    schema: z.object({ operatorId: z.string(), method: z.enum(['link']), role }),
    version: 2,
    // Before there were roles, everyone who signed in could do everything.
    upcasts: { 1: (data: unknown) => ({ ...(data as object), role: 'admin' }) },
  },
  OperatorSignedOut: event(z.object({ operatorId: z.string() })),
  OperatorLayoutSaved: event(z.object({ operatorId: z.string(), layout: consoleLayout })),
} as const

export type OperatorEvent = EventsOf<typeof operatorEvents>
