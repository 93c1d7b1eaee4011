import type { ModelDialect } from '@mosaic/contracts/credential'
import { isLive, type LiveSession } from '../../../domain/agent-session/index.ts'
import { type ModelAddress, ModelFault, type NamedModel } from '../../model/index.ts'
import {
  askForRoom,
  isForPerson,
  mayFitNow,
  mostSpent,
  putOff,
  type Run,
  SessionFailure,
  type TimeLimit,
  waitForModel,
} from '../../worktree/index.ts'
import { Stopped } from './stopped.ts'

/** Who answers for the provider of an agent's model; a text says why nobody can be asked. Asked anew for each call. */
export type Addresses = (modelProvider: string, dialect: ModelDialect) => ModelAddress | string

/** So long an agent's own client is let wait for its answer to begin; after that its turn ends, and goes on later. */
const mostHeldMs = 45_000

type Wanted = {
  readonly callId: string
  readonly most: { readonly inputTokens: number; readonly outputTokens: number | undefined }
  /** Nobody wants the answer any more. */
  readonly signal: AbortSignal
}

type Entered = Awaited<ReturnType<ModelAddress['enter']>>
export type Admitted = { readonly within: TimeLimit; readonly place: Entered; readonly address: ModelAddress }

/** Lets calls of an agent begin where its budgets, and then its provider's limits, have room for them. */
export class Admission {
  readonly #run: Run
  readonly #named: NamedModel
  readonly #address: () => ModelAddress | string

  constructor(run: Run, named: NamedModel, address: () => ModelAddress | string) {
    this.#run = run
    this.#named = named
    this.#address = address
  }

  /** @throws Stopped where it would have to wait for long; SessionFailure; the signal's reason */
  async admit(wanted: Wanted): Promise<Admitted> {
    const until = performance.now() + mostHeldMs
    const within = await this.#room(wanted, until)
    return { within, ...(await this.#place(wanted, until)) }
  }

  async #room({ callId, most, signal }: Wanted, until: number): Promise<TimeLimit> {
    const run = this.#run
    const asked = { callId, most: () => mostSpent(run.deps.modelTable, this.#named, most), isSideBySide: true }
    for (let mayBeKept = false; ; ) {
      const session = await this.#going(signal)
      const room = await askForRoom(run, session, asked)
      if (room.ok) return room.value
      mayBeKept ||= room.error.reason === 'BUDGET_UNDECIDED'
      if (isForPerson(room.error) || performance.now() >= until) throw new Stopped(room.error, mayBeKept)
      await putOff(run, session, room.error)
      await this.#pause(until, signal)
    }
  }

  async #place({ signal }: Wanted, until: number): Promise<Omit<Admitted, 'within'>> {
    for (;;) {
      const session = await this.#going(signal)
      const place = await this.#enter(signal)
      if (!(place instanceof ModelFault)) return place
      if (performance.now() + (place.retryAfterMs ?? 0) >= until) throw new Stopped(place, true)
      await waitForModel(this.#run, session, place)
      await this.#pause(until, signal)
    }
  }

  async #enter(signal: AbortSignal): Promise<Omit<Admitted, 'within'> | ModelFault> {
    try {
      const address = this.#address()
      if (typeof address === 'string') return new ModelFault('SERVER_UNREACHABLE', address)
      return { address, place: await address.enter(signal) }
    } catch (error) {
      if (error instanceof ModelFault) return error
      throw error
    }
  }

  /** No call begins for one that stands still. */
  async #going(signal: AbortSignal): Promise<LiveSession> {
    const run = this.#run
    await run.until(() => !isLive(run.journal.session) || !isHeld(run.journal.session), { signal })
    signal.throwIfAborted()
    const { session } = run.journal
    if (!isLive(session)) throw new SessionFailure('INTERNAL', 'the session is over')
    return session
  }

  /** Until its session is to try again, or its agent's client has waited for long enough. */
  async #pause(until: number, signal: AbortSignal): Promise<void> {
    const { journal, deps } = this.#run
    const wait = isLive(journal.session) ? journal.session.modelWait : null
    const nextMs = wait ? Date.parse(wait.nextTryAt) - deps.clock.now().getTime() + 1 : 0
    const hasNews = () => {
      const { session } = journal
      return !isLive(session) || session.modelWait?.retryNow !== false || mayFitNow(this.#run, session)
    }
    await this.#run.until(hasNews, {
      timeoutMs: Math.min(nextMs, until - performance.now()),
      also: (check) => deps.budgets.onChange(check),
      signal,
    })
  }
}

const isHeld = ({ status, control }: LiveSession) => status === 'paused' || control !== 'none'
