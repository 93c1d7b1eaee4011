import { metrics, sample } from '@mosaic/telemetry'
import type { Sessions } from './sessions.ts'

/** How many sessions there are in which state, and how many wait for their turn, counted when somebody asks. */
export function measureSessions({ roster, places }: Pick<Sessions, 'roster' | 'places'>): void {
  sample(metrics.sessions, (shown) => {
    for (const { summary } of roster.entries()) shown.inc({ status: summary.status })
  })
  sample(metrics.waiting, (shown) => shown.set(places.inLine().length))
}
