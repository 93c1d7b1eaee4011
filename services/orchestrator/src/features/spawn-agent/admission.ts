import { isInScope, scopeWords } from '@mosaic/contracts/fleet'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { type EventStore, load } from '@mosaic/event-store'
import { aggregates } from '../../aggregates.ts'
import type { Spec } from '../../domain/agent-session/index.ts'

type Admitted<T> = Result<T, Rejection<RejectionCode>>

/**
 * The door that every spawn goes through. Whether the fleet is frozen is asked of the log itself; what a freeze finds
 * between the question and the append, it waits for here, and the kill-all reaction ends it.
 */
export class Admission {
  readonly #store: EventStore
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(store: EventStore) {
    this.#store = store
  }

  /** Carries the spawn out, or refuses it with FLEET_FROZEN. */
  admit<T>(workspaceId: string, { runtime }: Pick<Spec, 'runtime'>, spawn: () => Promise<Admitted<T>>) {
    const admitted = this.#frozen(workspaceId, runtime).then((refusal): Admitted<T> | Promise<Admitted<T>> =>
      refusal ? err(refusal) : spawn(),
    )
    const settled = admitted.catch(() => undefined)
    this.#underWay.add(settled)
    void settled.then(() => this.#underWay.delete(settled))
    return admitted
  }

  /** Resolves once every spawn that is under way now stands in the log or has been refused. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #frozen(workspaceId: string, runtime: Spec['runtime']): Promise<Rejection<'FLEET_FROZEN'> | undefined> {
    const { fleet: aggregate } = aggregates
    const { state } = await load(this.#store, { aggregate, streamId: aggregate.streamOf(workspaceId) })
    const session = { runtime: runtime.kind, modelProvider: runtime.modelProvider }
    const scope = state.frozen.find((each) => isInScope(each, session))
    if (!scope) return undefined
    const message = `the fleet is frozen for ${scopeWords(scope)}: nothing is spawned until it is unfrozen (mosaic fleet unfreeze)`
    return { code: 'FLEET_FROZEN', message }
  }
}
