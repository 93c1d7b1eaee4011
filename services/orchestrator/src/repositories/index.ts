import { ok, type Result } from '@mosaic/contracts/kernel'
import type { LocalChanges, RepositoryInspection, RepositorySettings } from '@mosaic/contracts/repository'
import type { EventStore } from '@mosaic/event-store'
import type { GitResult, Snapshot, TakenChanges } from '../git/index.ts'
import type { Workshop } from '../workshop.ts'
import { inspect } from './inspect.ts'
import { findSettings, type RepositoryIn, type SettingsRefusal, usable } from './settings.ts'

export { type Instructions, readInstructions } from './read-instructions.ts'
export { findToolchains } from './toolchains.ts'
export { parseSettings } from './parse-settings.ts'
export { refusalOf } from './refusal.ts'
export { findSettings, hashOf, repositoryIdOf, type RepositoryIn } from './settings.ts'

export type Repositories = {
  /** What stands at a branch now; at the default branch where none is named. */
  look(repository: string, branch?: string, commit?: string): Promise<GitResult<Snapshot>>
  /** What a person's checkout has that no commit holds. */
  changes(repository: string): Promise<GitResult<LocalChanges | null>>
  /** The same as a commit, on top of what is checked out; `null` where nothing is changed. */
  takeChanges(repository: string): Promise<GitResult<TakenChanges | null>>
  /** What a session on that commit is run with: `null` where there are no settings. */
  settingsAt(of: RepositoryIn, snapshot: Snapshot): Promise<Result<RepositorySettings | null, SettingsRefusal>>
  /** Looks, runs nothing of the repository, and proposes. */
  inspect(of: RepositoryIn, branch: string | undefined): Promise<GitResult<RepositoryInspection>>
}

type Parts = { readonly store: EventStore; readonly workshop: Workshop; readonly home: string }

/** What is known of the repositories that agents work on, and what operators let them do there. */
export function createRepositories({ store, workshop, home }: Parts): Repositories {
  return {
    async look(repository, branch, commit) {
      const { git } = workshop
      if (branch !== undefined) return git.snapshot(repository, { branch, ...(commit && { commit }) })
      const found = await git.inspectRepository(repository)
      return found.ok ? git.snapshot(repository, found.value) : found
    },
    changes: (repository) => workshop.git.lookAtCheckout(repository),
    takeChanges: (repository) => workshop.git.takeChanges(repository),
    async settingsAt(of, snapshot) {
      const found = await findSettings(store, of, snapshot)
      return found ? usable(of, found) : ok(null)
    },
    inspect: (of, branch) => inspect({ store, workshop, home }, of, branch),
  }
}
