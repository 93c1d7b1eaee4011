import type { StoredRemoval } from '@mosaic/contracts/http'
import { type Actor, type Clock, newId } from '@mosaic/contracts/kernel'
import type { Logger } from '@mosaic/runtime'
import type { ExternalCommand } from '../domain/agent-session/index.ts'
import type { StoredMirror, StoredRef, StoredWork } from '../git/index.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { RosterEntry } from '../sessions/roster.ts'
import { type Ages, expired } from './expired.ts'

export type PruneBranch = (sessionId: string, workspaceId: string, dryRun: boolean) => Promise<readonly string[]>

export type RetentionDeps = {
  readonly stored: StoredWork
  readonly sessions: Pick<Sessions, 'find' | 'journals'>
  /** Takes an ended agent's branch away where it is merged; answers its refs. */
  readonly pruneBranch: PruneBranch
  readonly clock: Clock
  readonly logger: Logger
}

export type RetentionRequest = { readonly ages: Ages; readonly dryRun: boolean }

const system: Actor = { kind: 'system', id: 'retention' }

/** Takes away what is kept longer than it need be, and says what: as facts of the sessions, and in its answer. */
export class Retention {
  readonly #deps: RetentionDeps

  constructor(deps: RetentionDeps) {
    this.#deps = deps
  }

  async apply(request: RetentionRequest): Promise<StoredRemoval[]> {
    const removed: StoredRemoval[] = []
    for (const mirror of await this.#deps.stored.mirrors()) {
      try {
        removed.push(...(await this.#applyTo(mirror, request)))
      } catch (error) {
        // One that is broken is no reason to keep all of the others.
        this.#deps.logger.error({ mirror: mirror.path, err: error }, 'what is kept too long cannot be taken away')
      }
    }
    return removed
  }

  async #applyTo(mirror: StoredMirror, request: RetentionRequest): Promise<StoredRemoval[]> {
    const removed: StoredRemoval[] = []
    const bySession = Map.groupBy(
      mirror.refs.filter(({ sessionId }) => sessionId !== null),
      ({ sessionId }) => sessionId ?? '',
    )
    for (const [sessionId, refs] of bySession)
      removed.push(...(await this.#ofSession(mirror, sessionId, refs, request)))
    const gone = new Set(removed.flatMap(({ refs }) => refs))
    const holds = mirror.refs.some(({ kind, ref }) => kind !== 'base' && !gone.has(ref))
    const isOld = this.#deps.clock.now().getTime() - mirror.usedAt >= request.ages.mirrors
    if (holds || !isOld) return removed
    if (!request.dryRun && !(await this.#deps.stored.removeMirror(mirror.path))) return removed
    return [...removed, { kind: 'mirror', sessionId: null, repository: mirror.repository, refs: [] }]
  }

  async #ofSession(
    { path, repository }: StoredMirror,
    sessionId: string,
    refs: readonly StoredRef[],
    { ages, dryRun }: RetentionRequest,
  ): Promise<StoredRemoval[]> {
    const { sessions, stored, clock, pruneBranch } = this.#deps
    const known = await sessions.find(sessionId)
    const old = expired(refs, known, { ages, now: clock.now().getTime() })
    const branch = old.branch && known ? await pruneBranch(sessionId, known.workspaceId, dryRun) : []
    const names = (kept: readonly StoredRef[]) => kept.map(({ ref }) => ref)
    if (!dryRun) {
      await stored.drop(path, names([...old.checkpoints, ...old.uncommitted]))
      if (known) await this.#note(known, old, refs)
    }
    const parts = [
      { kind: 'checkpoints' as const, refs: names(old.checkpoints) },
      { kind: 'uncommitted' as const, refs: names(old.uncommitted) },
      { kind: 'branch' as const, refs: [...branch] },
    ]
    return parts.filter((part) => part.refs.length > 0).map((part) => ({ ...part, sessionId, repository }))
  }

  async #note(known: RosterEntry, old: ReturnType<typeof expired>, refs: readonly StoredRef[]): Promise<void> {
    const { uncommitted } = known.session
    const count = old.checkpoints.length
    const remaining = refs.filter(({ kind }) => kind === 'checkpoint').length - count
    if (count > 0) await this.#tell(known, { type: 'NoteCheckpointsRemoved', count, remaining })
    if (old.uncommitted.length > 0 && uncommitted) {
      const { ref, commit } = uncommitted
      await this.#tell(known, { type: 'NoteKeptDiscarded', ref, commit })
    }
  }

  async #tell({ session, workspaceId }: RosterEntry, command: ExternalCommand): Promise<void> {
    const context = { commandId: newId(), workspaceId, actor: system, occurredAt: this.#deps.clock.now() }
    await this.#deps.sessions.journals.use(session.sessionId, (journal) => journal.execute(command, context))
  }
}
