import { ok } from '@mosaic/contracts/kernel'
import { LRUCache } from 'lru-cache'
import type { GitResult } from './contract/index.ts'
import type { RunGit } from './git-command.ts'
import type { Mirrors } from './mirrors.ts'
import { Snapshot } from './snapshot.ts'

type At = { readonly branch: string; readonly commit?: string; readonly asSeen?: boolean }

/** Sessions begin at few commits at a time. */
const mostKept = 50

/** Commits do not change: what was read of one for one session is there for the next. */
export class Snapshots {
  readonly #git: RunGit
  readonly #mirrors: Mirrors
  readonly #kept = new LRUCache<string, Snapshot>({ max: mostKept })

  constructor(git: RunGit, mirrors: Mirrors) {
    this.#git = git
    this.#mirrors = mirrors
  }

  /** One that can be read: a mirror that has broken, e.g. in a power cut, is healed for it. */
  async at(repository: string, at: At): Promise<GitResult<Snapshot>> {
    const known = at.commit === undefined ? undefined : this.#known(repository, at.commit)
    if (known && (await known.isReadable())) return ok(known)
    const first = await this.#find(repository, at)
    if (!first.ok || (await first.value.isReadable())) return first
    this.#kept.delete(keyOf(first.value))
    const healed = await this.#mirrors.healed(repository)
    return healed.ok ? this.#find(repository, at) : healed
  }

  #known(repository: string, commit: string): Snapshot | undefined {
    const mirror = this.#mirrors.existing(repository)
    return mirror.ok ? this.#kept.get(keyOf({ mirror: mirror.value, commit })) : undefined
  }

  async #find(repository: string, at: At): Promise<GitResult<Snapshot>> {
    const found = await this.#mirrors.find(repository, at)
    if (!found.ok) return found
    const key = keyOf(found.value)
    const heal = async () => (await this.#mirrors.healed(repository)).ok
    const snapshot = this.#kept.get(key) ?? new Snapshot(this.#git, found.value, heal)
    this.#kept.set(key, snapshot)
    return ok(snapshot)
  }
}

const keyOf = ({ mirror, commit }: Pick<Snapshot, 'mirror' | 'commit'>): string => `${mirror} ${commit}`
