import { z } from 'zod'
import { event, eventSince, type EventsOf } from '../kernel/index.ts'
import { consoleLayout } from './layout.ts'
import { role } from './role.ts'

/** Facts of `operatorStream` and `operatorLayoutStream`. */
export const operatorEvents = {
  OperatorSignedIn: eventSince(z.object({ operatorId: z.string(), method: z.enum(['link']), role }), [
    // Before there were roles, everyone who signed in could do everything.
    (data) => ({ ...data, role: 'admin' }),
  ]),
  OperatorSignedOut: event(z.object({ operatorId: z.string() })),
  OperatorLayoutSaved: event(z.object({ operatorId: z.string(), layout: consoleLayout })),
} as const

export type OperatorEvent = EventsOf<typeof operatorEvents>
