import type { FollowerDeps } from '@mosaic/reactions'
import { aggregates } from '../aggregates.ts'

/** The bulk of the log: what is said and done inside a session. A start is fast without, as long as nobody wants it. */
const bulk: ReadonlySet<string> = new Set(['MessageRecorded', 'ToolInvoked', 'ToolCompleted', 'CommitRecorded'])

/** How the orchestrator follows the log. */
export const following: Pick<FollowerDeps, 'name' | 'broughtAbout' | 'urgent'> = {
  name: 'orchestrator',
  broughtAbout: Object.values(aggregates)
    .flatMap(({ definitions }) => Object.keys(definitions))
    .filter((type) => !bulk.has(type)),
  urgent: ['KillAgent'],
}
