import type { Rejection, Result } from '@mosaic/contracts/kernel'
import { type CommandContext, persistently, StoreUnavailableError } from '@mosaic/event-store'
import type { Logger } from '@mosaic/runtime'
import type { AnyCommand, Senders } from './reaction.ts'

/** A command with all that its events will say of where it came from. */
export type Outgoing = {
  readonly reaction: string
  readonly asked: AnyCommand
  readonly context: CommandContext
}

/** A start may find thousands that were never carried out: more at once would only wait for each other, past their time. */
const atOnce = 32

export type OutboxDeps = {
  readonly commands: Senders
  /** The types of command that wait for nobody, however much is under way. */
  readonly urgent: readonly string[]
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Carries out commands: those to one aggregate in the order in which they came, those to several side by side. */
export class Outbox {
  readonly #deps: OutboxDeps
  readonly #last = new Map<string, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #free = atOnce
  #unanswered = 0

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** Whether every command has been answered. One that a stop or a fault has cut off never is. */
  get isEmpty(): boolean {
    return this.#unanswered === 0
  }

  post(outgoing: Outgoing): void {
    this.#unanswered++
    const address = `${outgoing.asked.to}/${outgoing.asked.id}`
    const turn = (this.#last.get(address) ?? Promise.resolve()).then(async () => {
      if (this.#deps.urgent.includes(outgoing.asked.command.type)) await this.#carryOut(outgoing)
      else await this.#inTurn(() => this.#carryOut(outgoing))
      if (this.#last.get(address) === turn) this.#last.delete(address)
    })
    this.#last.set(address, turn)
  }

  /** Settles when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values())
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    await work()
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }

  /**
   * Until it is carried out or refused: ids are fixed, so repeating is safe. After a fault it stays unanswered, so that
   * no checkpoint leaves it behind and the next start tries again.
   */
  async #carryOut({ reaction, asked, context }: Outgoing): Promise<void> {
    const { logger, signal } = this.#deps
    const whose = asked.to === 'agentSession' ? { sessionId: asked.id } : { id: asked.id }
    const about = { reaction, command: asked.command.type, ...whose }
    try {
      const done = await persistently(() => this.#decided(asked, context), signal)
      if (!done.ok) logger.debug({ ...about, code: done.error.code }, 'a command of a reaction was refused')
    } catch (error) {
      if (!signal.aborted) logger.error({ ...about, err: error }, 'a command of a reaction failed')
      return
    }
    this.#unanswered--
  }

  /** An aggregate that changes faster than it can be decided on is no refusal. */
  async #decided(asked: AnyCommand, context: CommandContext): Promise<Result<unknown, Rejection>> {
    const done = await this.#send(asked, context)
    if (!done.ok && done.error.code === 'CONCURRENT_UPDATE') throw new StoreUnavailableError(done.error.message)
    return done
  }

  #send({ to, id, command }: AnyCommand, context: CommandContext): Promise<Result<unknown, Rejection>> {
    // Typed by name: a command always meets the way to its own aggregate.
    const send = this.#deps.commands[to] as (
      id: string,
      command: AnyCommand['command'],
      context: CommandContext,
    ) => Promise<Result<unknown, Rejection>>
    return send(id, command, context)
  }
}
