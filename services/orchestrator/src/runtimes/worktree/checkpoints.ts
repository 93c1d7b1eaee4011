import { setTimeout as wait } from 'node:timers/promises'
import { isLive } from '../../domain/agent-session/index.ts'
import type { GitError } from '../../git/index.ts'
import { CheckpointPace } from './checkpoint-pace.ts'
import { leaveACopy } from './hand-over.ts'
import { reasonOf } from './keep-work.ts'
import type { Run } from './run.ts'

/** So much the kernel's times of files may be behind the clock. */
const tickMs = 50

/**
 * Keeps a session's files after each step that may have changed them, while its model thinks about the next one: who
 * loses the worktree goes on from there. The session waits for nothing of this but before it changes files again.
 */
export class Checkpoints {
  readonly #run: Run
  readonly #pace = new CheckpointPace()
  /** The newest that was asked for, and the one that is being taken. */
  #newest = 0
  #taking: Promise<void> | undefined
  /** When the files were last looked at as a whole, in milliseconds since 1970. */
  #lookedAt: number | undefined

  constructor(run: Run) {
    this.#run = run
  }

  /** After a step; one that still waits for its turn is part of this one then. */
  begin(): void {
    const { deps, journal, stopping } = this.#run
    // What its worktree has lost it is to be told first: by a checkpoint of ours, who comes next would take that for kept.
    if (this.#run.remark !== undefined || !this.#pace.isDue(performance.now())) return
    const number = ++this.#newest
    const { revision } = journal
    const turn = deps.checkpointTurns(async () => {
      if (number !== this.#newest || this.#run.halted.aborted) return
      const startedAt = performance.now()
      this.#taking = this.#take(revision).finally(() => (this.#taking = undefined))
      await this.#taking
      // Where many agents want one, the machine is theirs for as long again.
      const tookMs = performance.now() - startedAt
      if (deps.checkpointTurns.pendingCount > 0) await wait(tookMs, undefined, { signal: stopping, ref: false })
    })
    turn.catch((error: unknown) => {
      if (!stopping.aborted)
        deps.logger.error({ sessionId: journal.sessionId, err: error }, 'a checkpoint was not recorded')
    })
  }

  /** Before files change again. What has not had its turn by now gives way: many agents are at work. */
  async settled(): Promise<void> {
    this.#newest += 1
    await this.#taking?.catch(() => undefined)
  }

  /** As the files are now, whether it is due or not. */
  async now(): Promise<void> {
    await this.settled()
    await this.#take(this.#run.journal.revision)
  }

  async #take(revision: number): Promise<void> {
    const { deps, journal, workplace } = this.#run
    const { session, sessionId } = journal
    if (!workplace || !isLive(session)) return
    const { worktree, sandbox } = workplace
    const last = session.work.checkpoint?.commit ?? null
    if (this.#lookedAt !== undefined && !(await deps.git.hasChangedSince(worktree, this.#lookedAt))) return
    const lookedAt = deps.clock.now().getTime() - tickMs
    const startedAt = performance.now()
    const made = await deps.git
      .checkpoint(worktree, { sessionId, revision, last }, sandbox)
      .catch((error: unknown) => ({ ok: false as const, error: reasonOf(error) }))
    if (!made.ok) {
      this.#pace.failed(performance.now())
      return this.#failed(made.error)
    }
    this.#lookedAt = lookedAt
    if (made.value) {
      await this.#run.record({ type: 'RecordCheckpoint', ...made.value, afterRevision: revision })
      await leaveACopy(this.#run)
    }
    const now = performance.now()
    this.#pace.succeeded(now, now - startedAt)
  }

  async #failed({ code, message }: Pick<GitError, 'message'> & { readonly code: string }): Promise<void> {
    const { deps, journal } = this.#run
    deps.logger.warn({ sessionId: journal.sessionId, code, message }, 'the files cannot be kept as they are')
    await this.#run.record({ type: 'FailCheckpoint', code, message })
  }
}
