import { persistently } from '@mosaic/event-store'
import { type Actor, type Clock, newId } from '@mosaic/contracts/kernel'
import { isLive, type Report } from '../domain/agent-session/index.ts'
import type { ExecuteResult, Journal } from '../journal/journal.ts'
import type { Roster } from '../sessions/roster.ts'

/** Why a run's signal is aborted. */
export type Halt = 'killed' | 'terminated' | 'unreadable' | 'stopping' | 'taken-over'

/** A claim is looked at again when its last proof is older than this, in milliseconds: the process may have stood still. */
const proofMs = 1000

export class HaltedError extends Error {
  override readonly name = 'HaltedError'
}

type Waiting = {
  readonly timeoutMs?: number | undefined
  readonly anySession?: boolean
  /** Begins to call back, and answers how that is ended. */
  readonly also?: (check: () => void) => () => void
  readonly signal?: AbortSignal
}

const system: Actor = { kind: 'system', id: 'orchestrator' }

/** Facts about the machinery; everything else is the agent's doing. */
const bySystem: ReadonlySet<Report['type']> = new Set([
  'RecordSpawned',
  'StartSetupStep',
  'CompleteSetupStep',
  'RecordStarted',
  'RecordBegun',
  'ConfirmPause',
  'ConfirmResume',
  'ExpireQuestion',
  'RequestApproval',
  'ExpireApproval',
  'ApplyApproval',
  'WithdrawApproval',
  'RecordJudged',
  'RecordCallChanged',
  'FlagStuck',
  'ClearStuck',
  'LoseContact',
  'RestoreContact',
  'RecordCheckpoint',
  'FailCheckpoint',
  'RecordConnection',
  'RecordUnheard',
  'RecordTexts',
  'RecordRelayed',
  'RequestQualityCheck',
  'CompleteQualityCheck',
  'SkipQualityGates',
  'RecordKillSignal',
  'RecordKillExit',
  'RecordKilled',
  'RecordPush',
  'RecordKept',
  'RecordReleased',
  'FailAgent',
])

/** Who did it: what a person typed is told by whom it was typed at. */
function actorOf(report: Report, sessionId: string): Actor {
  if (report.type === 'RecordTyped') return { kind: 'operator', id: report.operatorId, name: report.operatorName }
  return bySystem.has(report.type) ? system : { kind: 'agent', id: sessionId }
}

/** One session's run under this process's claim, whatever the runtime: what it reports, what halts it, what it waits for. */
export class ClaimedRun {
  readonly journal: Journal
  /** Of the claim under which this process runs the session. */
  readonly epoch: number
  /** Another owner runs the session now. */
  takenOver = false
  /** When the claim was last known to stand, by the monotonic clock. */
  #provedAt: number
  readonly #clock: Clock
  readonly #roster: Roster
  readonly #halt = new AbortController()
  readonly #stop = new AbortController()

  constructor(journal: Journal, { clock, roster }: { readonly clock: Clock; readonly roster: Roster }) {
    this.journal = journal
    this.epoch = epochOf(journal)
    this.#provedAt = journal.provedAt
    this.#clock = clock
    this.#roster = roster
  }

  /** Aborted by a kill, an unreadable event, a take-over and the orchestrator's stop: model calls, tools and waits end at once. */
  get halted(): AbortSignal {
    return this.#halt.signal
  }

  /** Aborted by a take-over and the orchestrator's stop: nothing more is written. */
  get stopping(): AbortSignal {
    return this.#stop.signal
  }

  halt(reason: Halt): void {
    this.#halt.abort(new HaltedError(reason))
    if (reason === 'stopping' || reason === 'taken-over') this.#stop.abort(new HaltedError(reason))
    if (reason === 'taken-over') this.takenOver = true
  }

  get workspaceId(): string {
    return this.journal.workspaceId!
  }

  /**
   * Writes what the command brings about. While the event store is away it is tried again, with the same event ids,
   * until it is back: what an agent has done is never lost, and it does nothing new meanwhile.
   * @param commandId A fixed one where the same fact might be told again after a crash.
   * @param occurredAt Where it was observed before there was time to record it.
   * @throws HaltedError when the orchestrator stops, or the session has been taken over or cannot be read on
   */
  async record(
    report: Report,
    commandId: string = newId(),
    occurredAt: Date = this.#clock.now(),
  ): Promise<ExecuteResult> {
    const { sessionId } = this.journal
    const command = { ...report, epoch: this.epoch }
    const actor = actorOf(report, sessionId)
    const context = { commandId, workspaceId: this.workspaceId, actor, occurredAt }
    return persistently(async () => {
      const askedAt = performance.now()
      const executed = this.#ours(await this.journal.execute(command, context))
      if (executed.ok && executed.value.events.length > 0) this.#provedAt = askedAt
      return executed
    }, this.stopping)
  }

  /** Another's claim ends this run. */
  noticeClaim(): void {
    if (epochOf(this.journal) !== this.epoch) this.halt('taken-over')
  }

  #ours(executed: ExecuteResult): ExecuteResult {
    if (!executed.ok && executed.error.code === 'SESSION_TAKEN_OVER') this.halt('taken-over')
    this.stopping.throwIfAborted()
    if (!executed.ok && executed.error.code === 'STREAM_UNREADABLE') throw new HaltedError('unreadable')
    return executed
  }

  /**
   * To be asked right before a side effect: whether the claim still stands that the last append proved. A process that
   * was stopped meanwhile looks into the log first. @throws HaltedError when another owner has it
   */
  async stillOurs(): Promise<void> {
    const askedAt = performance.now()
    if (askedAt - this.#provedAt < proofMs) return
    await persistently(() => this.journal.catchUp(), this.stopping)
    this.noticeClaim()
    this.stopping.throwIfAborted()
    this.#provedAt = askedAt
  }

  /**
   * Waits until the predicate holds; it is asked again after each event of this session, and of any session when
   * `anySession` is set, and when `also` calls back. Answers false when the time is up. @throws the signal's reason (`halted` unless told)
   */
  until(
    predicate: () => boolean,
    { timeoutMs, anySession = false, also, signal = this.halted }: Waiting = {},
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const stops: (() => void)[] = []
      const settle = (act: () => void) => {
        for (const stop of stops) stop()
        act()
      }
      const check = () => {
        if (predicate()) settle(() => resolve(true))
      }
      const halt = () => settle(() => reject(signal.reason))
      if (signal.aborted) return reject(signal.reason)
      if (predicate()) return resolve(true)
      stops.push(this.journal.onEvent(check))
      if (anySession) stops.push(this.#roster.onChange(check))
      if (also) stops.push(also(check))
      signal.addEventListener('abort', halt)
      stops.push(() => signal.removeEventListener('abort', halt))
      if (timeoutMs !== undefined) {
        // Longer than a timer can count is as good as never.
        const timer = setTimeout(() => settle(() => resolve(false)), Math.min(Math.max(timeoutMs, 0), 2 ** 31 - 1))
        stops.push(() => clearTimeout(timer))
      }
    })
  }
}

function epochOf({ session, sessionId }: Journal): number {
  if (session.status === 'none' || !session.claim) throw new Error(`nobody has claimed the session ${sessionId}`)
  return session.claim.epoch
}

/** A pause or an end was asked for: waits give way to it. */
export const isInterrupted = ({ journal: { session } }: ClaimedRun) =>
  !isLive(session) || session.terminate !== null || session.control !== 'none' || session.status === 'paused'
