import { uuidv5 } from '@mosaic/event-store'
import type { CommandContext } from '@mosaic/event-store'
import { type Clock, newId } from '@mosaic/contracts/kernel'
import { persistently, type Logger } from '@mosaic/runtime'
import type { CommandOf } from '../domain/agent-session/index.ts'
import type { Journals } from '../journal/journals.ts'
import type { KillLedger } from './kill-ledger.ts'

export type Kill = { readonly command: CommandOf<'KillAgent'>; readonly context: CommandContext }

type KillsDeps = {
  readonly journals: Journals
  readonly ledger: KillLedger
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Sees to it that kills which have been carried out get into the log, however long that takes. */
export class Kills {
  readonly #deps: KillsDeps

  constructor(deps: KillsDeps) {
    this.#deps = deps
  }

  /**
   * Settles when the log has it. @throws the signal's reason
   * @param after Until then nothing is appended; that it happened is noted on the disk at once.
   */
  async record(sessionId: string, kill: Kill, after: Promise<unknown> = Promise.resolve()): Promise<void> {
    const { ledger, logger, signal } = this.#deps
    const complain = (err: unknown) => logger.error({ sessionId, err }, 'a kill could not be noted on the disk')
    const noted = ledger.note({ sessionId, actor: kill.context.actor }).catch(complain)
    await after.catch(() => undefined)
    await persistently(() => this.#decided(sessionId, kill), { firstMs: 200, longestMs: 2000, signal })
    await noted
    await ledger.settle(sessionId).catch(complain)
  }

  /** What a process that has ended since had carried out and could not record: before anything is run again. */
  async recordOpen(): Promise<void> {
    const { ledger, clock, logger } = this.#deps
    for (const { sessionId, actor } of ledger.open()) {
      logger.warn({ sessionId }, 'a kill had not been recorded')
      const workspaceId = await this.#workspaceOf(sessionId)
      if (workspaceId === undefined) continue
      const command = { type: 'KillAgent', reason: null, killAllId: null, tree: false } as const
      const context = { commandId: uuidv5(`kill/${sessionId}`), workspaceId, actor, occurredAt: clock.now() }
      await this.record(sessionId, { command, context: { ...context, correlationId: newId() } })
    }
  }

  /** A session that has ended has no more to be told. */
  async #decided(sessionId: string, { command, context }: Kill): Promise<void> {
    const done = await this.#deps.journals.use(sessionId, (journal) => journal.execute(command, context))
    if (!done.ok && done.error.code === 'CONCURRENT_UPDATE') throw new Error(done.error.message)
  }

  #workspaceOf(sessionId: string): Promise<string | undefined> {
    const read = () => this.#deps.journals.use(sessionId, async (journal) => journal.workspaceId)
    return persistently(read, { firstMs: 200, longestMs: 2000, signal: this.#deps.signal })
  }
}
