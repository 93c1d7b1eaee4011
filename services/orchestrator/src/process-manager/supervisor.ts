import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import { uuidv5, type CommandContext, type EventStore, type LogEvent } from '@mosaic/event-store'
import type { Logger } from '@mosaic/runtime'
import type { GitWorkspace } from '../git/index.ts'
import type { RunningSession, Runtimes } from '../runtimes/index.ts'
import { isLive, type Spec } from '../domain/agent-session/index.ts'
import { observe, type Observed } from '../journal/journal.ts'
import { createJournals, type Journals } from '../journal/journals.ts'
import type { Owners } from '../ownership/owners.ts'
import { takeOver } from '../ownership/take-over.ts'
import { completeKillAll, type KillAll, KillAlls } from './kill-alls.ts'
import { persistently } from './persistently.ts'
import { isOver, RosterFold } from './roster.ts'
import { handledTypes } from './subscription.ts'
import { TaskBook, tellTask } from './tasks.ts'

const system = { kind: 'system', id: 'orchestrator' } as const

/**
 * The process manager of agent sessions: follows the log and sees to it that every session that has not ended is run
 * here, that kills and kill-alls come to their end, and that tasks hear of their sessions. What it does, it does only
 * once it has read all that was in the log, so a restart repeats nothing that is done already.
 */
export class Supervisor {
  readonly roster = new RosterFold()
  readonly journals: Journals
  readonly workspaces = new Set<string>()
  readonly #store: EventStore
  readonly #logger: Logger
  readonly #runners = new Map<string, Promise<RunningSession | undefined>>()
  readonly #owners: Owners
  readonly #killAlls = new KillAlls()
  readonly #tasks = new TaskBook()
  readonly #stopping = new AbortController()
  readonly #caughtUp = Promise.withResolvers<void>()
  #runtimes: Runtimes | undefined
  #git: GitWorkspace | undefined
  #live = false
  #connected = false
  #worktreesAtStart: readonly string[] = []
  #following: Promise<void> = Promise.resolve()
  #takingOver: Promise<void> = Promise.resolve()

  constructor(store: EventStore, owners: Owners, logger: Logger) {
    this.#store = store
    this.#owners = owners
    this.#logger = logger
    this.journals = createJournals(store, (observed) => this.#observe(observed))
  }

  /** Who this process is in the claims of sessions. */
  get ownerId(): string {
    return this.#owners.ownerId
  }

  /** Whether all that was in the log at the start has been read, and whether the log can be read now. */
  get state(): { caughtUp: boolean; connected: boolean; running: number } {
    return { caughtUp: this.#live, connected: this.#connected, running: this.#runners.size }
  }

  /** Resolves once the roster is whole. */
  get caughtUp(): Promise<void> {
    return this.#caughtUp.promise
  }

  async start({ runtimes, git }: { runtimes: Runtimes; git: GitWorkspace }): Promise<void> {
    this.#runtimes = runtimes
    this.#git = git
    await this.#owners.start()
    // Before the log is read: what is made after this moment belongs to a session that this process may not know yet.
    this.#worktreesAtStart = await git.worktreeNames()
    this.#following = this.#follow().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#logger.fatal({ err: error }, 'the log can not be followed any more')
    })
  }

  /** Lets go of every session without ending it. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const runners = await Promise.all(this.#runners.values())
    await Promise.all(runners.map((runner) => runner?.stop()))
    await Promise.all([this.#following, this.#takingOver])
    // Last: until here nobody else may run what this process is letting go of.
    await this.#owners.stop()
  }

  /** Takes in a kill-all that was just written, without waiting for the subscription to bring it. */
  killAllRequested(killAll: KillAll): void {
    if (this.#killAlls.opened(killAll) && this.#live) this.#carryOut(killAll)
  }

  async #follow(): Promise<void> {
    const items = this.#store.subscribeAll({
      after: null,
      filter: { eventTypes: handledTypes },
      signal: this.#stopping.signal,
      onDisconnect: (error) => {
        this.#connected = false
        this.#logger.warn({ err: error }, 'the event store is away')
      },
    })
    for await (const item of items) {
      this.#connected = true
      if (item.kind === 'caught-up') await this.#goLive()
      else if (item.kind === 'event') await this.#take(item.event)
      else this.#logger.error({ stream: item.record.streamId, reason: item.reason }, 'an event does not parse')
    }
  }

  async #take(event: LogEvent): Promise<void> {
    const observed = observe(event)
    if (observed) return this.#takeObserved(observed)
    if (event.type === 'WorkspaceCreated') this.workspaces.add(event.data.workspaceId)
    if (event.type === 'KillAllCompleted') this.#killAlls.completed(event.data.killAllId)
    if (event.type === 'KillAllRequested') {
      const { killAllId, sessionIds, reason } = event.data
      const { workspaceId, occurredAt } = event.metadata
      this.killAllRequested({ killAllId, workspaceId, sessionIds, reason, requestedAt: new Date(occurredAt) })
    }
    this.#tasks.apply(event)
  }

  /** A journal that is in memory brings its events here itself, in order. */
  async #takeObserved(observed: Observed): Promise<void> {
    const journal = this.journals.held(observed.sessionId)
    if (!journal) return this.#observe(observed)
    try {
      await persistently(() => journal.absorb(observed), this.#stopping.signal)
    } catch (error) {
      if (this.#stopping.signal.aborted) throw error
      this.#logger.error({ sessionId: observed.sessionId, err: error }, 'a session cannot be read on')
    }
  }

  #observe(observed: Observed): void {
    if (this.roster.apply(observed) && this.#live) this.#react(observed)
  }

  async #goLive(): Promise<void> {
    if (this.#live) return
    await this.#pruneWorktrees()
    this.#live = true
    this.#caughtUp.resolve()
    for (const entry of this.roster.entries()) {
      const { sessionId } = entry.summary
      // Spawned here while the log was still being read.
      if (!entry.released && entry.claim?.ownerId === this.ownerId) this.#run(sessionId, true)
      if (this.#tasks.isBehind(sessionId, isOver(entry))) this.#background(() => this.#retellTask(sessionId))
    }
    this.#takingOver = takeOver({
      owners: this.#owners,
      sessions: () => this.#unreleased().map(({ summary, claim }) => ({ sessionId: summary.sessionId, claim })),
      claim: (sessionId, after) => this.#claim(sessionId, after),
      signal: this.#stopping.signal,
    })
    for (const killAll of this.#killAlls.open()) this.#carryOut(killAll)
    this.#logger.info({ sessions: this.#unreleased().length }, 'caught up with the log')
  }

  #unreleased() {
    return [...this.roster.entries()].filter((entry) => !entry.released)
  }

  /** What follows from a claim that succeeds, its event brings about. */
  async #claim(sessionId: string, after: number): Promise<void> {
    const context = { commandId: newId(), workspaceId: this.roster.get(sessionId)!.workspaceId, actor: system }
    try {
      const journal = await this.journals.open(sessionId)
      const command = { type: 'ClaimSession', ownerId: this.ownerId, after } as const
      const claimed = await journal.execute(command, { ...context, occurredAt: new Date() })
      if (claimed.ok) this.#logger.info({ sessionId, epoch: after + 1 }, 'a session is claimed')
    } catch (error) {
      // The next round tries again.
      if (!this.#stopping.signal.aborted) this.#logger.warn({ sessionId, err: error }, 'a session cannot be claimed')
    }
  }

  /** What crashes have left on the disk. */
  async #pruneWorktrees(): Promise<void> {
    const alive = this.#unreleased().map(({ summary }) => ({ agentId: summary.sessionId, taskId: summary.taskId }))
    try {
      const gone = (await this.#git?.pruneOrphans(this.#worktreesAtStart, alive)) ?? []
      if (gone.length > 0) this.#logger.info({ worktrees: gone }, 'orphaned worktrees are removed')
    } catch (error) {
      this.#logger.error({ err: error }, 'orphaned worktrees could not be removed')
    }
  }

  #react(observed: Observed): void {
    const { event, sessionId } = observed
    switch (event.type) {
      case 'SessionClaimed':
        // The claim that comes with the spawn is the first; before any other somebody may have run it.
        if (event.data.ownerId === this.ownerId) this.#run(sessionId, observed.revision > 1)
        return
      case 'AgentSpawnRequested': {
        const parent = event.data.parentSessionId ? this.roster.get(event.data.parentSessionId) : undefined
        // Spawned by an agent that was being killed: it is too late to refuse, and nobody would look after it.
        if (parent?.killRequested) this.#background(() => this.#kill(sessionId, parent.workspaceId, parent.killAllId))
        this.#background(() => tellTask(this.#store, event.data, observed))
        return
      }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled': {
        const { session } = this.journals.held(sessionId) ?? { session: { status: 'none' } as const }
        if (session.status !== 'none') this.#background(() => tellTask(this.#store, session.spec, observed))
        // Run by another process: its journal was only opened here to give it a command.
        if (!this.#runners.has(sessionId)) this.journals.letGo(sessionId)
        return this.#endKillAlls()
      }
    }
  }

  #run(sessionId: string, pickedUp: boolean): void {
    if (this.#stopping.signal.aborted) return
    // One of an earlier claim of ours, which another has taken over in between, has to be gone first.
    const before = this.#runners.get(sessionId)?.then((runner) => runner?.done)
    const starting = (before ?? Promise.resolve()).then(() => this.#startRunner(sessionId, pickedUp))
    this.#runners.set(sessionId, starting)
    const forget = () => {
      if (this.#runners.get(sessionId) === starting) this.#runners.delete(sessionId)
    }
    void starting.then((runner) => runner?.done).then(forget)
  }

  async #startRunner(sessionId: string, pickedUp: boolean): Promise<RunningSession | undefined> {
    try {
      const journal = await persistently(() => this.journals.open(sessionId), this.#stopping.signal)
      // Another may have taken it over before it began here.
      const { session } = journal
      if (session.status === 'none' || session.claim?.ownerId !== this.ownerId) return undefined
      const runner = this.#runtimes!.of(journal).run(journal, { pickedUp })
      void runner.done.then(() => this.journals.letGo(sessionId))
      return runner
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#logger.error({ sessionId, err: error }, 'a session cannot be run')
      return undefined
    }
  }

  #carryOut(killAll: KillAll): void {
    const { sessionIds, workspaceId, killAllId, reason } = killAll
    for (const sessionId of sessionIds) {
      this.#background(() => this.#kill(sessionId, workspaceId, killAllId, reason))
    }
    this.#endKillAlls()
  }

  #endKillAlls(): void {
    for (const killAll of this.#killAlls.takeEnded(this.roster)) {
      this.#background(() => completeKillAll(this.#store, this.roster, killAll))
    }
  }

  async #kill(sessionId: string, workspaceId: string, killAllId: string | null, reason: string | null = null) {
    const journal = await this.journals.open(sessionId)
    const context: CommandContext = {
      commandId: uuidv5(`${killAllId ?? 'orphan'}/${sessionId}`),
      workspaceId,
      actor: system,
      occurredAt: new Date(),
      ...(killAllId && { causationId: killAllId }),
    }
    await journal.execute({ type: 'KillAgent', reason, killAllId }, context)
    // Nobody else looks at an ended session.
    if (!isLive(journal.session)) this.journals.letGo(sessionId)
  }

  /** The task missed the session's beginning or its end: the last run died between the two. */
  async #retellTask(sessionId: string): Promise<void> {
    let spec: Spec | undefined
    for await (const item of this.#store.readStream(agentSessionStream.of(sessionId))) {
      const observed = item.kind === 'event' ? observe(item.event) : undefined
      if (observed?.event.type === 'AgentSpawnRequested') spec = observed.event.data
      if (observed && spec) await tellTask(this.#store, spec, observed)
    }
  }

  /** Carries on until the event store has taken it; commands have fixed ids, so repeating is safe. */
  #background(work: () => Promise<unknown>): void {
    persistently(work, this.#stopping.signal).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#logger.error({ err: error }, 'a reaction to the log failed')
    })
  }
}
