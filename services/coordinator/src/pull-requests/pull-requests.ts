import { setTimeout as delay } from 'node:timers/promises'
import { actorHeaders, orchestratorRoutes } from '@mosaic/contracts/http'
import { type Clock, newId } from '@mosaic/contracts/kernel'
import { pullRequestStream } from '@mosaic/contracts/pull-request'
import { type CommandContext, type EventStore, load, type Loaded, StoreUnavailableError } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import { BackOff, type Logger, pauseAfter } from '@mosaic/runtime'
import { aggregates } from '../aggregates.ts'
import type { Commands } from '../commands.ts'
import type { PullRequest, PullRequestCommand } from '../domain/pull-request/pull-request.ts'
import type { OpenPullRequests } from './open-pull-requests.ts'
import { askAgent, type Open, whenDone } from './with-agent.ts'

type Deps = {
  readonly store: EventStore
  readonly commands: Pick<Commands, 'pullRequest'>
  readonly orchestrator: Upstream
  /** As the log says, once it has been read. */
  readonly open: () => OpenPullRequests
  readonly caughtUp: () => Promise<void>
  /** How often a host is asked while something happens, in milliseconds. */
  readonly everyMs: number
  /** How often an agent is told before a person is. */
  readonly mostTimes: number
  readonly clock: Clock
  readonly logger: Logger
}

const roundMs = 250
const lookMs = 120_000
/** Of what an agent is asked: until there is room for it, say. */
const pauses = { firstMs: 250, longestMs: 10_000 }
/** While nothing happens, a host is asked that much less often in the end. */
const slowest = 10
type Looked = { readonly changed: boolean; readonly waitMs: number }
const unseen: Looked = { changed: false, waitMs: 0 }
const system = { kind: 'system', id: 'coordinator' } as const

/**
 * Watches the pull requests that are open, and has their agents hear what is said of them. All that it knows stands in the
 * log: whoever comes after it, wherever it was cut off, reads that and goes on.
 */
export class PullRequests {
  readonly #deps: Deps
  readonly #stopping = new AbortController()
  readonly #watched = new Map<string, Promise<void>>()
  readonly #attended = new Map<string, Promise<void>>()
  /** Ends the pause of whoever watches, also the one to come: something has happened here. */
  readonly #awake = new Map<string, AbortController>()
  #running: Promise<void> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Somebody has asked for it again: what was said meanwhile is not left for the end of a pause. */
  lookNow(pullRequestId: string): void {
    this.#awake.get(pullRequestId)?.abort()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    await Promise.all([...this.#watched.values(), ...this.#attended.values()])
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([this.#deps.caughtUp(), stopped])
    while (!signal.aborted) {
      for (const [id, workspaceId] of Object.entries(this.#deps.open())) {
        if (this.#watched.has(id)) continue
        this.#watched.set(
          id,
          this.#watch(id, workspaceId).finally(() => this.#watched.delete(id)),
        )
      }
      await delay(roundMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Until it is merged or closed. */
  async #watch(id: string, workspaceId: string): Promise<void> {
    const { store, logger, open, everyMs, clock } = this.#deps
    const { signal } = this.#stopping
    const reading = { aggregate: aggregates.pullRequest, streamId: pullRequestStream.of(id) }
    let from: Loaded<PullRequest> | undefined
    let quiet = 0
    /** A host that asks to be left alone is, whoever ends the pause. */
    let notBefore = 0
    while (!signal.aborted && id in open()) {
      // From before it is read: what happens while its host is asked ends the pause after that, too.
      const awake = new AbortController()
      this.#awake.set(id, awake)
      try {
        const before = from?.revision
        from = await load(store, { ...reading, from })
        if (from.state.status === 'open') {
          this.#attend(from.state, workspaceId)
          const isLeftAlone = clock.now().getTime() < notBefore
          const looked = isLeftAlone ? unseen : await this.#look(from.state, workspaceId)
          if (looked.waitMs > 0) notBefore = clock.now().getTime() + looked.waitMs
          quiet = looked.changed || from.revision !== before ? 1 : quiet + 1
          // What was said is told at once.
          if (looked.changed) continue
        }
      } catch (error) {
        quiet += 1
        if (!(error instanceof StoreUnavailableError)) logger.error({ err: error, pullRequestId: id }, 'not watched')
      }
      const usualMs = pauseAfter(quiet, { firstMs: everyMs, longestMs: everyMs * slowest, spread: 0.2 })
      const pausing = AbortSignal.any([signal, awake.signal])
      const askedMs = notBefore - clock.now().getTime()
      await delay(Math.max(askedMs, usualMs), undefined, { signal: pausing }).catch(() => undefined)
    }
    this.#awake.delete(id)
  }

  async #look(open: Open, workspaceId: string): Promise<Looked> {
    const { orchestrator, logger, mostTimes } = this.#deps
    const { signal } = this.#stopping
    const { pullRequestId, repository, number, known, place, isPersons } = open
    const isHeard = place === 'watched' && !isPersons
    const looked = await orchestrator.call(orchestratorRoutes.lookAtPullRequest, {
      body: { repository, number, known: isHeard ? known : null },
      headers: { [actorHeaders.workspaceId]: workspaceId },
      timeoutMs: lookMs,
      // It changes nothing: whoever stops does not wait for a host.
      signal,
    })
    if (signal.aborted) return unseen
    if (!looked.ok) {
      const { code, message: reason, details } = looked.error
      logger.warn({ pullRequestId, code, reason }, 'a pull request cannot be looked at')
      const seconds = details?.['retryAfterSeconds']
      return { changed: false, waitMs: typeof seconds === 'number' ? seconds * 1000 : 0 }
    }
    const changed = await this.#command(pullRequestId, workspaceId, { type: 'RecordSeen', ...looked.value, mostTimes })
    return { changed, waitMs: 0 }
  }

  async #command(id: string, workspaceId: string, command: PullRequestCommand): Promise<boolean> {
    const { commands, clock, logger } = this.#deps
    const context: CommandContext = {
      commandId: newId(),
      workspaceId,
      actor: system,
      occurredAt: clock.now(),
      correlationId: id,
    }
    const done = await commands.pullRequest(id, command, context)
    if (!done.ok) logger.warn({ pullRequestId: id, command: command.type, code: done.error.code }, 'refused')
    return done.ok && done.value.events.length > 0
  }

  /** Its agent is told, or waited for, beside the watch. */
  #attend(open: Open, workspaceId: string): void {
    const { pullRequestId: id, place, rounds } = open
    const key = `${id} ${place} ${rounds}`
    if (place === 'watched' || this.#attended.has(key)) return
    const attended = this.#whatFollows(open, workspaceId)
      .then((command) => command && this.#command(id, workspaceId, command))
      .catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return
        this.#deps.logger.warn({ err: error, pullRequestId: id }, 'the agent of a pull request is attended to anew')
      })
      .then(() => {
        this.#attended.delete(key)
        this.lookNow(id)
      })
    this.#attended.set(key, attended)
  }

  async #whatFollows(open: Open, workspaceId: string): Promise<PullRequestCommand | undefined> {
    const { signal } = this.#stopping
    const backOff = new BackOff(pauses)
    while (!signal.aborted) {
      const next =
        open.place === 'told'
          ? await askAgent(this.#deps, open, workspaceId)
          : await whenDone(this.#deps, open, { workspaceId, signal })
      if (next.ok) return next.value
      const { code, message: reason } = next.error
      this.#deps.logger.warn({ pullRequestId: open.pullRequestId, code, reason }, 'an agent is told later')
      await backOff.pause(signal)
    }
    return undefined
  }
}
