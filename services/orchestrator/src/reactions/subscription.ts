import { aggregates } from '../aggregates.ts'

/** The bulk of the log: what is said and done inside a session. Nobody reacts to it, and a start is fast without. */
const bulk: ReadonlySet<string> = new Set(['MessageRecorded', 'ToolInvoked', 'ToolCompleted', 'CommitRecorded'])

/** Every event type that is followed: all that commands of reactions can bring about is among them. */
export const followedTypes: readonly string[] = Object.values(aggregates)
  .flatMap(({ definitions }) => Object.keys(definitions))
  .filter((type) => !bulk.has(type))
