import { aggregates } from '../aggregates.ts'
import type { Kept } from './running.ts'

/** The bulk of the log: what is said and done inside a session. A start is fast without, as long as nobody wants it. */
const bulk: ReadonlySet<string> = new Set(['MessageRecorded', 'ToolInvoked', 'ToolCompleted', 'CommitRecorded'])

/** All that commands of reactions can bring about: by these a command is known to have been carried out. */
const broughtAbout: readonly string[] = Object.values(aggregates)
  .flatMap(({ definitions }) => Object.keys(definitions))
  .filter((type) => !bulk.has(type))

/** Every event type that is followed for those who keep something of the log: what each of them handles, whatever it is. */
export const followedTypes = (all: readonly Pick<Kept, 'handles'>[]): readonly string[] => [
  ...new Set([...broughtAbout, ...all.flatMap(({ handles }) => handles)]),
]
