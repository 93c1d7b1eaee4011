import { ok, type Result } from '@mosaic/contracts/kernel'
import type { LocalChanges, RepositoryInspection, RepositorySettings } from '@mosaic/contracts/repository'
import type { EventStore } from '@mosaic/event-store'
import type { GitResult, Snapshot, TakenChanges } from '../git/index.ts'
import type { Workshop } from '../workshop.ts'
import { readDecisions } from './decisions.ts'
import { inspect } from './inspect.ts'
import { findSettings, type RepositoryIn, type SettingsRefusal, usable } from './settings.ts'

export { type Instructions, readInstructions } from './read-instructions.ts'
export { readSkills, type Skill } from './read-skills.ts'
export { findToolchains } from './toolchains.ts'
export { parseSettings } from './parse-settings.ts'
export { refusalOf } from './refusal.ts'
export { readDecisions } from './decisions.ts'
export { findSettings, hashOf, repositoryIdOf, type RepositoryIn } from './settings.ts'

export type Repositories = {
  /** What stands at a branch now; at the default branch where none is named. */
  look(repository: string, branch?: string): Promise<GitResult<Snapshot>>
  /** What a session begins at, where somebody has just found that the branch is there. */
  beginning(repository: string, at: { branch: string; commit: string | undefined }): Promise<GitResult<Snapshot>>
  /** What a person's checkout has that no commit holds. */
  changes(repository: string): Promise<GitResult<LocalChanges | null>>
  /** The same as a commit, on top of what is checked out; `null` where nothing is changed. */
  takeChanges(repository: string): Promise<GitResult<TakenChanges | null>>
  /**
   * What a session on that commit is run with: `null` where there are no settings. `asOf`: as operators had decided at
   * that position of the log.
   */
  settingsAt(
    of: RepositoryIn,
    snapshot: Snapshot,
    asOf?: string,
  ): Promise<Result<RepositorySettings | null, SettingsRefusal>>
  /** Looks, runs nothing of the repository, and proposes. */
  inspect(of: RepositoryIn, branch: string | undefined): Promise<GitResult<RepositoryInspection>>
}

type Parts = { readonly store: EventStore; readonly workshop: Workshop; readonly home: string }

/** What is known of the repositories that agents work on, and what operators let them do there. */
export function createRepositories({ store, workshop, home }: Parts): Repositories {
  const decisions = readDecisions(store)
  return {
    async look(repository, branch) {
      const { git } = workshop
      if (branch !== undefined) return git.snapshot(repository, { branch })
      const found = await git.inspectRepository(repository)
      return found.ok ? git.snapshot(repository, found.value) : found
    },
    beginning: (repository, { branch, commit }) =>
      workshop.git.snapshot(repository, { branch, asSeen: true, ...(commit && { commit }) }),
    changes: (repository) => workshop.git.lookAtCheckout(repository),
    takeChanges: (repository) => workshop.git.takeChanges(repository),
    async settingsAt(of, snapshot, asOf) {
      const found = await findSettings(decisions, of, { snapshot, asOf })
      return found ? usable(of, found) : ok(null)
    },
    inspect: (of, branch) => inspect({ decisions, workshop, home }, of, branch),
  }
}
