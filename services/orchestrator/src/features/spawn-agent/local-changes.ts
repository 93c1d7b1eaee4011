import { setTimeout as delay } from 'node:timers/promises'
import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import type { SpawnAnswer } from '@mosaic/contracts/http'
import type { LocalChanges } from '@mosaic/contracts/repository'
import type { FeatureDeps } from '../deps.ts'

/** Nobody waits longer for this to be told, in milliseconds; and those who come within that time share one look. */
const [mostMs, freshMs] = [10_000, 5_000]

type Look = { readonly at: number; readonly changes: Promise<LocalChanges | null> }

/** Says at a spawn what is changed in the person's checkout and committed nowhere. */
export class ChangesTeller {
  readonly #looks = new Map<string, Look>()

  async tell(
    deps: Pick<FeatureDeps, 'repositories'>,
    { repository, withChanges }: Pick<SpawnAgent, 'repository' | 'withChanges'>,
  ): Promise<SpawnAnswer['changes']> {
    if (repository === undefined) return null
    const look = this.#fresh(repository) ?? this.#begin(deps, repository)
    const changes = await Promise.race([look, delay(mostMs, null, { ref: false })])
    return changes && changes.files > 0 ? { ...changes, taken: withChanges } : null
  }

  #fresh(repository: string): Promise<LocalChanges | null> | undefined {
    const look = this.#looks.get(repository)
    return look && performance.now() - look.at < freshMs ? look.changes : undefined
  }

  #begin({ repositories }: Pick<FeatureDeps, 'repositories'>, repository: string): Promise<LocalChanges | null> {
    // Without a sandbox to look in it is not known.
    const changes = repositories.changes(repository).then(
      (looked) => (looked.ok ? looked.value : null),
      () => null,
    )
    const look = { at: performance.now(), changes }
    this.#looks.set(repository, look)
    const forget = () => this.#looks.get(repository) === look && this.#looks.delete(repository)
    void delay(freshMs, undefined, { ref: false }).then(forget)
    return changes
  }
}
