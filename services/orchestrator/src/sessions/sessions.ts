import { type AgentSessionEventType, agentSessionStream, hasEnded } from '@mosaic/contracts/agent-session'
import { type Clock, newId } from '@mosaic/contracts/kernel'
import { type EventStore, type LogEvent, persistently, type Quarantined, unreadableAt } from '@mosaic/event-store'
import type { KillNote } from '@mosaic/contracts/fleet'
import type { Participant } from '@mosaic/reactions'
import type { Logger } from '@mosaic/runtime'
import { within } from '@mosaic/telemetry'
import type { WorkReport } from '../domain/agent-session/index.ts'
import { gatesSandboxId } from '../gates/index.ts'
import type { Journal } from '../journal/journal.ts'
import { observe, type Observed } from '../journal/observed.ts'
import { createJournals, type Journals } from '../journal/journals.ts'
import type { Owners } from '../ownership/owners.ts'
import { type Claimed, takeOver } from '../ownership/take-over.ts'
import type { DiskReserve } from '../killer/disk-reserve.ts'
import type { KillLedger } from '../killer/kill-ledger.ts'
import type { LiveSessions } from '../killer/live-sessions.ts'
import type { RunningSession, Runtimes, Sweep } from '../runtimes/index.ts'
import { freezes } from './frozen.ts'
import { letGo } from './let-go.ts'
import { type Kill, killOf, Kills, type Untaken } from './kills.ts'
import { Line } from './line.ts'
import { type Here, Places } from './places.ts'
import { Draining } from '../worker/draining.ts'
import { MovedSessions } from '../worker/moved-sessions.ts'
import { Proofs } from './proofs.ts'
import { isOver, type RosterEntry, RosterFold } from './roster.ts'
import { scopedOf } from './scoped.ts'

type SessionsDeps = {
  readonly store: EventStore
  readonly owners: Owners
  readonly clock: Clock
  readonly logger: Logger
  /** Kills that the log does not have yet. */
  readonly ledger: KillLedger
  readonly reserve: DiskReserve
  /** Whom the killer would find. */
  readonly alive: LiveSessions
  /** How many sessions may live at once. */
  readonly most: number
  readonly here: Omit<Here, 'ownerId'>
}

/** After these a mission may have come to its end. */
const forgetsAfter: ReadonlySet<string> = new Set<AgentSessionEventType>([
  'AgentCompleted',
  'AgentFailed',
  'AgentKilled',
  'AgentResourcesReleased',
])

/** After these somebody in line may begin, or has to be ended. */
const movesTheLine: ReadonlySet<string> = new Set<AgentSessionEventType>([
  'AgentQueued',
  'AgentTerminateRequested',
  'AgentKillRequested',
  'AgentCompleted',
  'AgentFailed',
  'AgentKilled',
])

const system = { kind: 'system', id: 'orchestrator' } as const

const isToEnd = ({ session: { pending, status } }: RosterEntry): boolean =>
  pending === 'kill' || pending === 'terminate' || hasEnded(status)

/**
 * Sees to it that every session that has not ended is run by somebody, and here when this process has claimed it. It
 * claims and runs none before it has read all that was in the log, so that none is run that has ended since.
 */
export class Sessions implements Participant {
  readonly roster = new RosterFold()
  readonly kept = this.roster
  readonly journals: Journals
  readonly places: Places
  readonly draining: Draining
  readonly #line: Line
  readonly #deps: SessionsDeps
  readonly #kills: Kills
  readonly #proofs = new Proofs()
  readonly #moved: MovedSessions
  readonly #starting = new Map<string, Promise<RunningSession | undefined>>()
  readonly #running = new Map<string, RunningSession>()
  readonly #stopping = new AbortController()
  #runtimes: Runtimes = new Map()
  #sweeps: readonly Sweep[] = []
  #live = false
  #takingOver: Promise<void> = Promise.resolve()
  #tidying: Promise<void> = Promise.resolve()

  constructor(deps: SessionsDeps) {
    this.#deps = deps
    this.journals = createJournals(deps.store, {
      event: (observed) => this.#observe(observed),
      unreadable: (sessionId, unreadable) => this.roster.passOver(sessionId, unreadable),
    })
    const { clock, logger } = deps
    const here = { ...deps.here, ownerId: this.ownerId }
    this.places = new Places({ roster: this.roster, most: deps.most, here })
    this.draining = new Draining({
      isAway: () => !here.isOpen(),
      sessions: this,
      owners: deps.owners,
      logger,
    })
    this.#line = new Line({
      places: this.places,
      claim: (sessionId) => this.#claim(sessionId, 0),
      isRunnable: (entry) => this.#isRunnable(entry),
      frozen: () => freezes(deps.store, { roster: this.roster, workerId: this.ownerId }),
      logger,
    })
    const { store, ledger, reserve } = deps
    this.#moved = new MovedSessions({
      store,
      ownerId: this.ownerId,
      entryOf: (sessionId) => this.roster.get(sessionId),
      isRun: (sessionId) => this.#starting.has(sessionId),
      runtimes: () => this.#runtimes,
      report: (sessionId, found) => this.#report(sessionId, found),
      logger,
    })
    const { journals } = this
    this.#kills = new Kills({ store, journals, ledger, reserve, clock, logger, signal: this.#stopping.signal })
  }

  /** Who this process is in the claims of sessions. */
  get ownerId(): string {
    return this.#deps.owners.ownerId
  }

  /** Before the log is read: what is made after this moment belongs to a session that this process may not know yet. */
  async start(runtimes: Runtimes): Promise<void> {
    this.#runtimes = runtimes
    await this.#deps.owners.start()
    this.#sweeps = await Promise.all([...runtimes.values()].map((runtime) => runtime.start()))
  }

  /** A journal that is in memory brings its events here itself, in order. */
  async take(event: LogEvent): Promise<void> {
    const observed = observe(event)
    if (!observed) return
    const journal = this.journals.held(observed.sessionId)
    if (journal) await this.#absorb(journal, observed)
    else this.#observe(observed)
    if (forgetsAfter.has(event.type)) this.roster.forgetOver(observed.sessionId)
  }

  /** Its runner hears of it from its journal, and stands still. */
  async passOver(item: Quarantined): Promise<void> {
    const sessionId = agentSessionStream.idOf(item.record.streamId)
    if (sessionId === null) return
    const journal = this.journals.held(sessionId)
    if (journal) await this.#absorb(journal, { sessionId, revision: item.record.revision })
    else this.roster.passOver(sessionId, unreadableAt(item))
  }

  /** The session, also when it has ended and is kept no more, or the log is still being read: from its own stream then. */
  async find(sessionId: string): Promise<RosterEntry | undefined> {
    const known = this.#live ? this.roster.get(sessionId) : undefined
    if (known) return known
    const read = new RosterFold()
    for await (const item of this.#deps.store.readStream(agentSessionStream.of(sessionId))) {
      if (item.kind === 'quarantined') {
        read.passOver(sessionId, unreadableAt(item))
        continue
      }
      const observed = observe(item.event)
      if (observed) read.apply(observed)
    }
    return read.get(sessionId)
  }

  /**
   * Ends what a session does here, right now, and sees to it that its log comes to say so. Answers with what settles when
   * it is known whether nothing of it is left; `undefined` where it is not run here.
   * @param after What has to stand in the log before the kill.
   */
  contain(sessionId: string, kill: Kill, after: Promise<unknown> = Promise.resolve()): Promise<boolean> | undefined {
    const starting = this.#starting.get(sessionId)
    const entry = this.roster.get(sessionId)
    if (!starting || !entry || isOver(entry) || entry.workspaceId !== kill.context.workspaceId) return undefined
    const recorded = this.#kills.record(sessionId, kill, this.#proofs.settled(after))
    const running = this.#running.get(sessionId)
    const contained = running
      ? running.contain(recorded)
      : starting.then((session) => session?.contain(recorded) ?? false)
    this.#proofs.watch(contained)
    return contained
  }

  /** Sees to it that the log comes to have a kill-all, whose kills have been carried out. @throws the signal's reason when this process stops */
  recordKillAll(...given: Parameters<Kills['recordAll']>): ReturnType<Kills['recordAll']> {
    const recorded = this.#kills.recordAll(...given)
    recorded.catch(() => undefined)
    return recorded
  }

  /** Kills that the killer has carried out and nobody has taken up yet. */
  struck(): Untaken {
    return this.#kills.untaken()
  }

  isStruck(sessionId: string): boolean {
    return this.#kills.isUntaken(sessionId)
  }

  /** Takes one of them up; `after` as with `contain`. */
  takeUp(sessionId: string, note: KillNote, after?: Promise<unknown>): void {
    const kill = killOf(note)
    if (this.contain(sessionId, kill, after)) return
    this.#kills.record(sessionId, kill, after).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#deps.logger.error({ sessionId, err: error }, 'a kill is not recorded')
    })
  }

  async goLive(): Promise<void> {
    await this.#kills.recordOpen()
    // What went on elsewhere is nobody's uncommitted work.
    await this.#moved.removeWorktrees({ push: false })
    await this.#sweep()
    this.#deps.ledger.keepSeenOf(new Set(this.#unreleased().map(({ summary }) => summary.sessionId)))
    this.#live = true
    // Spawned here while the log was still being read.
    this.takeBack()
    this.#takingOver = takeOver({
      owners: this.#deps.owners,
      claimants: () => this.roster.owners(),
      sessionsOf: (ownerIds) => this.#claimable(ownerIds),
      claim: (sessionId, after) => this.#claim(sessionId, after),
      takeBack: (sessionId) => {
        if (!this.#starting.has(sessionId)) this.#run(sessionId, true)
      },
      places: this.places,
      line: this.#line,
      settle: () => this.draining.settle(),
      logger: this.#deps.logger,
      signal: this.#stopping.signal,
    })
    this.#tidying = this.#moved.removeNowAndThen(this.#stopping.signal)
  }

  /** A session that waits for others lends its place meanwhile. */
  async whileWaiting<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.places.lend(sessionId, work)
    void this.#line.advance()
    return waiting
  }

  /** Lets go of every session without ending it. Whose they are is said by whoever stops the owners after it. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await letGo(this.#starting, 'stop', this.#deps.logger)
    await Promise.all([this.#takingOver, this.#tidying])
  }

  /** Lets go of every session at the end of its step; others go on with them. Never rejects. */
  park(): Promise<void> {
    return letGo(this.#starting, 'park', this.#deps.logger)
  }

  /** Goes on with what was let go of and nobody has claimed. */
  takeBack(): void {
    for (const { summary, claim } of this.#unreleased()) {
      if (claim?.ownerId === this.ownerId) this.#run(summary.sessionId, true)
    }
  }

  async #absorb(journal: Journal, observed: Pick<Observed, 'sessionId' | 'revision'>): Promise<void> {
    try {
      await persistently(() => journal.absorb(observed), this.#stopping.signal)
    } catch (error) {
      if (this.#stopping.signal.aborted) throw error
      this.#deps.logger.error({ sessionId: observed.sessionId, err: error }, 'a session cannot be read on')
    }
  }

  #observe(observed: Observed): void {
    const wasInLine = this.roster.get(observed.sessionId)?.session.queued != null
    if (!this.roster.apply(observed) || !this.#live) return
    const { event, sessionId, revision } = observed
    // The claim that comes with the spawn, or ends the wait in line, is the first; before any other somebody may have run it.
    const isClaimed = event.type === 'SessionClaimed' && event.data.ownerId === this.ownerId
    if (isClaimed) this.#run(sessionId, revision > 1 && !wasInLine)
    if (movesTheLine.has(event.type)) void this.#line.advance()
    // Run by another process: its journal was only opened here to give it a command.
    if (isOver(this.roster.get(sessionId)!)) this.journals.letGo(sessionId)
  }

  #unreleased() {
    return [...this.roster.entries()].filter((entry) => !entry.released)
  }

  /** What no runtime here can run is left to an orchestrator that has one. */
  #claimable(ownerIds: readonly (string | null)[]): Claimed[] {
    const unreleased = ownerIds.flatMap((ownerId) => this.roster.unreleasedOf(ownerId))
    const begun = unreleased.filter(({ session }) => session.queued === null)
    const runnable = begun.filter((entry) => this.#isRunnable(entry))
    return runnable.map((entry) => ({
      sessionId: entry.session.sessionId,
      claim: entry.claim,
      isToEnd: isToEnd(entry),
      needsPlace: !isToEnd(entry),
    }))
  }

  /** What is only to be ended any worker ends. */
  #isRunnable(entry: RosterEntry): boolean {
    const { session } = entry
    const runtime = this.#runtimes.get(session.runtime)
    if (!runtime || isToEnd(entry)) return runtime !== undefined
    return this.places.suits(session.labels) && (runtime.canRun?.(session) ?? true)
  }

  /** What follows from a claim that succeeds, its event brings about. */
  async #claim(sessionId: string, after: number): Promise<void> {
    const { clock, logger } = this.#deps
    const entry = this.roster.get(sessionId)
    // Released and forgotten since the round began.
    if (!entry) return
    const context = { commandId: newId(), workspaceId: entry.workspaceId, actor: system, occurredAt: clock.now() }
    const command = { type: 'ClaimSession', ownerId: this.ownerId, after } as const
    try {
      const claimed = await this.journals.use(sessionId, (journal) => journal.execute(command, context))
      if (claimed.ok) logger.info({ sessionId, epoch: after + 1 }, 'a session is claimed')
    } catch (error) {
      // The next round tries again.
      if (!this.#stopping.signal.aborted) logger.warn({ sessionId, err: error }, 'a session cannot be claimed')
    }
  }

  /** What crashes have left on the disk. */
  async #sweep(): Promise<void> {
    const alive = this.#unreleased().map(({ summary }) => summary)
    for (const sweep of this.#sweeps) {
      await sweep(alive, (sessionId, found) => this.#report(sessionId, found)).catch((error: unknown) => {
        this.#deps.logger.error({ err: error }, 'what crashes have left could not be removed')
      })
    }
  }

  async #report(sessionId: string, found: WorkReport): Promise<void> {
    await this.journals.use(sessionId, async (journal) => {
      const { workspaceId } = journal
      if (workspaceId === undefined) return
      const context = { commandId: newId(), workspaceId, actor: system, occurredAt: this.#deps.clock.now() }
      await journal.execute(found, context)
    })
  }

  #run(sessionId: string, pickedUp: boolean): void {
    if (this.#stopping.signal.aborted) return
    // One of an earlier claim of ours, which another has taken over in between, has to be gone first.
    const before = this.#starting.get(sessionId)?.then((session) => session?.done)
    const starting = (before ?? Promise.resolve()).then(() => this.#start(sessionId, pickedUp))
    this.#starting.set(sessionId, starting)
    const forget = () => {
      if (this.#starting.get(sessionId) === starting) this.#starting.delete(sessionId)
    }
    void starting.then((session) => session?.done).then(forget)
  }

  #start(sessionId: string, pickedUp: boolean): Promise<RunningSession | undefined> {
    const started = Promise.withResolvers<RunningSession | undefined>()
    // The journal is in use for as long as the session runs: also while an ended one gives back what it held.
    const run = async (journal: Journal) => {
      const running = this.#begin(journal, pickedUp)
      if (running) this.#running.set(sessionId, running)
      started.resolve(running)
      await running?.done
      this.#running.delete(sessionId)
      this.#deps.alive.remove(sessionId)
    }
    const { signal } = this.#stopping
    persistently(() => this.journals.use(sessionId, run), signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#deps.logger.error({ sessionId, err: error }, 'a session cannot be run')
      })
      .finally(() => started.resolve(undefined))
    return started.promise
  }

  #begin(journal: Journal, pickedUp: boolean): RunningSession | undefined {
    const { session, sessionId } = journal
    // Another may have taken it over before it began here.
    if (session.status === 'none' || session.claim?.ownerId !== this.ownerId) return undefined
    const runtime = this.#runtimes.get(session.spec.runtime.kind)
    if (!runtime) throw new Error(`there is no runtime ${session.spec.runtime.kind} here`)
    this.#showToKiller(sessionId)
    return within(journal.traceparent, () => runtime.run(journal, { pickedUp }))
  }

  /** Before there is anything of it that could be ended. */
  #showToKiller(sessionId: string): void {
    const entry = this.roster.get(sessionId)
    if (!entry) return
    const { workspaceId } = entry
    const sandboxIds = [sessionId, gatesSandboxId(sessionId)]
    const isShown = this.#deps.alive.add({ ...scopedOf(this.roster, entry), workspaceId, sandboxIds })
    // It works all the same: the killer is only for when this process stands still.
    if (!isShown) this.#deps.logger.error({ sessionId }, 'the killer cannot be told of a session')
  }
}
