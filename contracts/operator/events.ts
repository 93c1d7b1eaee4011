import { z } from 'zod'
import { event, type EventsOf } from '../kernel/index.ts'
import { consoleLayout } from './layout.ts'

/** Facts of `operator-{operatorId}` (signing in) and `operatorLayout-{operatorId}` (the console's panels). */
export const operatorEvents = {
  OperatorSignedIn: event(z.object({ operatorId: z.string(), method: z.enum(['link']) })),
  OperatorSignedOut: event(z.object({ operatorId: z.string() })),
  OperatorLayoutSaved: event(z.object({ operatorId: z.string(), layout: consoleLayout })),
} as const

export type OperatorEvent = EventsOf<typeof operatorEvents>
