import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { StoreUnavailableError } from '@mosaic/event-store'
import { BackOff } from '@mosaic/runtime'
import { type AgentSession, isLive } from '../../domain/agent-session/index.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Observed } from '../../journal/observed.ts'
import { mayFitNow } from './budget/may-call.ts'
import type { RunningSession } from '../contract.ts'
import { awaitModel } from './await-model.ts'
import type { RunnerDeps } from './deps.ts'
import { end, type Ending, kill } from './kill.ts'
import { nextStep, type Step } from './next-step.ts'
import { nudge, nudges } from './nudge.ts'
import { PauseGate } from './pause.ts'
import { prepare } from './prepare.ts'
import { PushAgain } from './push-again.ts'
import { recordFailure } from './record-failure.ts'
import { release } from './release.ts'
import { leaveForOthers } from './hand-over.ts'
import { HaltedError } from '../claimed-run.ts'
import { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'
import { reconsiderWords } from './reconsider-words.ts'
import { standStill } from './stand-still.ts'
import { StuckWatch } from '../../stuck/index.ts'
import { StepGuard } from './step-guard.ts'
import { unlessHalted } from './unless-halted.ts'

/** What is never given up: it is tried again until it succeeds. */
const tireless: ReadonlySet<Step['kind']> = new Set<Step['kind']>(['kill', 'release', 'stand-still'])

/** So long a step may go on when its session is to be left to another worker; then it is cut off. */
const parkMs = 20_000
const refused = { firstMs: 1000, longestMs: 1000 }

const stuckAt = ({ kind }: Step) =>
  new SessionFailure('NO_PROGRESS', `the step “${kind}” was taken again and again and changed nothing`)

/** Runs one session from wherever its events say it is, to its end and the release of what it held. */
export class SessionRunner implements RunningSession {
  readonly sessionId: string
  readonly done: Promise<void>
  readonly #run: Run
  readonly #gate: PauseGate
  readonly #pushAgain: PushAgain
  readonly #guard = new StepGuard()
  #ending: Ending | undefined
  #recorded: Promise<void> | undefined
  /** It is to stop before its next step. */
  #parking = false
  #receiptWritten: (() => void) | undefined

  /** @param pickedUp Whether the session was there before this process, which may have left something behind. */
  constructor(journal: Journal, deps: RunnerDeps, pickedUp: boolean) {
    this.sessionId = journal.sessionId
    this.#run = new Run(journal, deps, pickedUp)
    this.#gate = new PauseGate(this.#run)
    this.#pushAgain = new PushAgain(this.#run)
    const watch = new StuckWatch(this.#run, {
      ...deps.stuck,
      now: () => deps.clock.now().getTime(),
      complain: (error) => this.#complain(error, 'it cannot be told that the session is stuck'),
    })
    const stops = [
      journal.onEvent((observed) => this.#onEvent(observed)),
      journal.onUnreadable(() => this.#run.halt('unreadable')),
      () => this.#pushAgain.end(),
      () => watch.end(),
      () => this.#run.mind.end(),
      () => this.#receiptWritten?.(),
    ]
    this.done = this.#loop().finally(() => stops.forEach((stop) => stop()))
  }

  async contain(recorded: Promise<void>): Promise<boolean> {
    this.#endAtOnce()
    this.#recorded ??= recorded
    recorded.catch(() => undefined)
    // One that was being made when the kill came does not wait for the log either.
    await Promise.all([this.#run.makingSandbox, this.#run.checking])
    this.#endSandbox()
    const over = this.#ending?.over ?? Promise.resolve()
    return over.then(
      () => true,
      () => false,
    )
  }

  async park(): Promise<void> {
    this.#parking = true
    const isDone = await Promise.race([this.done.then(() => true), wait(parkMs, false, { ref: false })])
    if (!isDone) {
      // What a step has done by now that is cut off, or what is still being kept, goes along.
      await this.#keepFiles()
      // Before its processes are ended: it would be told as one that had come to its end.
      this.#run.halt('stopping')
    }
    await leaveForOthers(this.#run)
    await this.stop()
  }

  /** Stops without ending the session: it is picked up from its events by whoever comes next. */
  async stop(): Promise<void> {
    this.#run.halt('stopping')
    // All of it ends with us, and at once: a command in a paused sandbox cannot even say that it was cut off.
    await this.#run.workplace?.sandbox.signalKill()
    await this.done
    await this.#run.makingSandbox
    await this.#run.workplace?.sandbox.dispose()
  }

  /** What cannot wait for the end of the current step. */
  #onEvent({ event, actor }: Observed): void {
    if (actor.kind === 'operator') this.#guard.reset()
    if (event.type === 'SessionClaimed') this.#run.noticeClaim()
    if (event.type === 'AgentKillRequested') this.#endAtOnce()
    if (event.type === 'AgentFoundStuck' && event.data.response === 'reconsider') {
      this.#run.remark = reconsiderWords(event.data.message)
    }
    if (event.type === 'CommitRecorded' || event.type === 'AgentStarted') this.#pushAgain.begin()
    if (event.type === 'AgentPauseRequested' || event.type === 'AgentResumeRequested') {
      this.#gate.settle().catch((error: unknown) => this.#complain(error, 'a pause or resume did not take effect'))
    }
  }

  /** The processes first: what is cut off would look for those of its own. */
  #endAtOnce(): void {
    this.#endSandbox()
    this.#receiptWritten ??= this.#run.deps.precedence.begin()
    this.#run.halt('killed')
  }

  #endSandbox(): void {
    const { workplace } = this.#run
    if (workplace) this.#ending ??= end(this.#run, workplace.sandbox)
  }

  async #loop(): Promise<void> {
    const { stopping } = this.#run
    const backOff = new BackOff({ firstMs: 1000, longestMs: 5000 })
    while (await this.#isCutOff()) await backOff.pause(stopping)
    if (this.#run.takenOver) await this.#abandon()
    else if (this.#parking && !this.#run.stopping.aborted) await this.#keepFiles()
  }

  async #keepFiles(): Promise<void> {
    await this.#run.checkpoints.now().catch((error: unknown) => this.#complain(error, 'its files could not be kept'))
  }

  /**
   * Takes step after step; answers whether a fault of ours has cut that off. Such a fault is not the session's end:
   * as long as it lives somebody is there to stop it.
   */
  async #isCutOff(): Promise<boolean> {
    try {
      while (!this.#parking && (await this.#step())) {
        // The next step follows from the events that this one has left.
      }
      return false
    } catch (error) {
      if (this.#run.stopping.aborted) return false
      this.#complain(error, 'the session cannot be run on now, trying again')
      return true
    }
  }

  /** Leaves nothing running of what this process had of the session. The worktree is the new owner's. */
  async #abandon(): Promise<void> {
    const { makingSandbox, workplace, deps } = this.#run
    deps.logger.warn({ sessionId: this.sessionId, epoch: this.#run.epoch }, 'another owner has taken the session over')
    await makingSandbox
    // Plain processes are told apart by their session alone: these may be the new owner's, who has ended ours.
    if (workplace?.sandbox.kind !== 'process') await workplace?.sandbox.dispose()
  }

  /** Takes one step; answers whether there is another. */
  async #step(): Promise<boolean> {
    const { journal, workplace, deps } = this.#run
    deps.struck.lookFor(this.sessionId)
    await this.#untilRecorded()
    this.#run.stopping.throwIfAborted()
    const { session, transcript } = journal
    const now = deps.clock.now()
    const overdue = now.getTime() - journal.spawnedAt.getTime() > lengthMs(session, deps.limits.sessionMs)
    const unreadable = journal.unreadable !== null
    const { remark, mind } = this.#run
    const here = {
      prepared: workplace !== undefined,
      asked: mind.isAhead(),
      overdue,
      unreadable,
      crowded: mind.isCrowded(),
      mostTurns: mind.mostTurns,
      endsSilently: mind.endsSilently,
      mayFitNow: isLive(session) && mayFitNow(this.#run, session),
      remark,
      now,
    }
    const step = nextStep(session, transcript, here)
    if (!here.asked || step.kind !== 'call-model') await mind.dropAhead()
    // Nothing is waited for before a kill.
    if (step.kind !== 'kill') await mind.tellUnheard()
    try {
      // What is never given up pauses before it is repeated.
      if (!tireless.has(step.kind) && this.#guard.isStuck(step, session, transcript)) throw stuckAt(step)
      await this.#take(step)
    } catch (error) {
      if (this.#run.stopping.aborted) throw error
      deps.struck.lookFor(this.sessionId)
      if (error instanceof HaltedError) return true
      if (tireless.has(step.kind)) await this.#pauseBeforeRetry(step.kind, error)
      else if (error instanceof StoreUnavailableError) await this.#untilStoreAnswers(step.kind, error)
      else if (!this.#recorded) await this.#fail(error)
      return true
    }
    return step.kind !== 'release'
  }

  /** A session that is contained goes on when its events say that it was killed, or not at all. */
  async #untilRecorded(): Promise<void> {
    if (!this.#recorded) return
    const { stopping } = this.#run
    await this.#recorded.catch(() => (stopping.aborted ? undefined : once(stopping, 'abort')))
  }

  async #take(step: Step): Promise<void> {
    const run = this.#run
    const { session } = run.journal
    if (step.kind === 'release') return release(run)
    if (!isLive(session)) return
    switch (step.kind) {
      case 'kill':
        run.halt('killed')
        await kill(run, this.#ending)
        return this.#receiptWritten?.()
      case 'terminate': {
        const summary = session.terminate?.note ?? 'Terminated by an operator.'
        return void (await run.record({ type: 'CompleteAgent', outcome: 'terminated', summary }))
      }
      case 'stand-still':
        return standStill(run, session)
      case 'prepare':
        return unlessHalted(run.halted, prepare(run, session))
      case 'hold':
        await this.#gate.hold()
        run.activity = 'busy'
        return
      case 'tool':
        return run.mind.runTool(step.call)
      case 'deliver':
        return void (await run.record({ type: 'DeliverMessages', turn: session.turn + 1 }))
      case 'complete':
        return void (await run.record({ type: 'CompleteAgent', outcome: 'finished', summary: step.summary }))
      case 'fail':
        return void (await run.record({ type: 'FailAgent', code: step.code, message: step.message }))
      case 'nudge':
        return nudge(run, nudges[step.because])
      case 'remark':
        run.remark = undefined
        return nudge(run, step.text)
      case 'compact':
        return run.mind.compact(session)
      case 'await-model':
        return awaitModel(run, session)
      case 'call-model':
        return run.mind.takeTurn(session)
    }
  }

  async #pauseBeforeRetry(what: Step['kind'], error: unknown): Promise<void> {
    this.#complain(error, `a ${what} did not succeed, trying again`)
    this.#ending = undefined
    await wait(1000, undefined, { signal: this.#run.stopping })
  }

  /** That the log cannot be read just now is no end of a session: the step is taken again. */
  async #untilStoreAnswers(what: Step['kind'], error: StoreUnavailableError): Promise<void> {
    this.#run.deps.logger.warn({ sessionId: this.sessionId, err: error }, `a ${what} waits for the event store`)
    this.#guard.reset()
    await new BackOff(refused).pause(this.#run.halted)
  }

  async #fail(error: unknown): Promise<void> {
    await recordFailure(this.#run, error, (...said) => this.#complain(...said))
    const { session } = this.#run.journal
    // Refused, for instance because others write all the time: the next try comes after a pause.
    if (isLive(session) && !session.kill) await new BackOff(refused).pause(this.#run.halted)
  }

  #complain(error: unknown, message: string): void {
    if (error instanceof HaltedError) return
    this.#run.deps.logger.error({ sessionId: this.sessionId, err: error }, message)
  }
}

/** How long it may go on: as the instance has it, or shorter where that was asked for. */
const lengthMs = (session: AgentSession, most: number) =>
  session.status === 'none' ? most : Math.min(most, (session.spec.timeoutSeconds ?? Infinity) * 1000)
