import type { KillAllNote, KillNote } from '@mosaic/contracts/fleet'
import { type CommandContext, type EventStore, handle, uuidv5 } from '@mosaic/event-store'
import type { Clock } from '@mosaic/contracts/kernel'
import { persistently, type Logger } from '@mosaic/runtime'
import { aggregates } from '../aggregates.ts'
import type { CommandOf } from '../domain/agent-session/index.ts'
import type { FleetCommand } from '../domain/fleet/fleet.ts'
import type { Journals } from '../journal/journals.ts'
import type { DiskReserve } from '../killer/disk-reserve.ts'
import type { KillLedger, OpenKill } from '../killer/kill-ledger.ts'

export type Kill = { readonly command: CommandOf<'KillAgent'>; readonly context: CommandContext }

type KillsDeps = {
  readonly store: EventStore
  readonly journals: Journals
  readonly ledger: KillLedger
  readonly reserve: DiskReserve
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Kills that somebody else has carried out. */
export type Untaken = {
  readonly killAlls: readonly KillAllNote[]
  readonly kills: readonly { readonly sessionId: string; readonly note: KillNote }[]
}

const patience = { firstMs: 200, longestMs: 2000 }

/** Sees to it that kills which have been carried out get into the log, however long that takes. */
export class Kills {
  readonly #deps: KillsDeps
  /** Sessions and kill-alls whose kills are being recorded. */
  readonly #inHand = new Set<string>()

  constructor(deps: KillsDeps) {
    this.#deps = deps
  }

  /**
   * Settles when the log has it. @throws the signal's reason
   * @param after Until then nothing is appended; that it happened is noted on the disk at once.
   */
  async record(sessionId: string, kill: Kill, after: Promise<unknown> = Promise.resolve()): Promise<void> {
    const { ledger } = this.#deps
    this.#inHand.add(sessionId)
    const noted = ledger.note(sessionId, noteOf(kill)).catch((error: unknown) => this.#complain(error))
    await after.catch(() => undefined)
    await this.#untilDone(() => this.#decided(sessionId, kill))
    await noted
    await ledger.settle(sessionId).catch((error: unknown) => this.#complain(error))
    this.#inHand.delete(sessionId)
  }

  /** The same for a kill-all, whose deed is the kills that it has brought about. */
  async recordAll(note: KillAllNote, context: CommandContext = contextOf(note)) {
    const { ledger, store } = this.#deps
    this.#inHand.add(note.killAllId)
    try {
      ledger.noteAll(note)
    } catch (error) {
      this.#complain(error)
    }
    const { killAllId, scope, reason, sessionIds } = note
    const command: FleetCommand = { type: 'KillAll', killAllId, scope, reason, sessionIds }
    const streamId = aggregates.fleet.streamOf(note.workspaceId)
    const asked = { aggregate: aggregates.fleet, streamId, command, context }
    const handled = await this.#untilDone(() => handle(store, asked))
    await ledger.settleAll(killAllId).catch((error: unknown) => this.#complain(error))
    this.#inHand.delete(killAllId)
    return handled
  }

  /** What stands in the ledger, and not by this process's doing. A disk that cannot be read holds up no kill. */
  untaken(): Untaken {
    try {
      return this.#untaken()
    } catch (error) {
      this.#complain(error)
      return { killAlls: [], kills: [] }
    }
  }

  #untaken(): Untaken {
    const { ledger } = this.#deps
    const killAlls = ledger.openAll().filter(({ killAllId }) => !this.#inHand.has(killAllId))
    const kills = ledger.open().flatMap(({ sessionId, note }) => {
      return note && !this.#inHand.has(sessionId) ? [{ sessionId, note }] : []
    })
    return { killAlls, kills }
  }

  isUntaken(sessionId: string): boolean {
    return !this.#inHand.has(sessionId) && this.#deps.ledger.isOpen(sessionId)
  }

  /** What a process that has ended since had carried out and could not record: before anything is run again. */
  async recordOpen(): Promise<void> {
    const { ledger, logger } = this.#deps
    for (const note of ledger.openAll()) {
      logger.warn({ killAllId: note.killAllId }, 'a kill-all had not been recorded')
      await this.recordAll(note)
    }
    for (const open of ledger.open()) {
      const { sessionId } = open
      logger.warn({ sessionId }, 'a kill had not been recorded')
      const kill = await this.#killOf(open)
      if (kill) await this.record(sessionId, kill)
    }
  }

  /** Where that is for want of room, there is some for this. */
  #untilDone<T>(work: () => Promise<T>): Promise<T> {
    const { reserve, logger, signal } = this.#deps
    const tried = async () => {
      try {
        return await work()
      } catch (error) {
        if (reserve.giveUpIfFull()) logger.warn('the disk is full: its reserve is given up, to record what was stopped')
        throw error
      }
    }
    return persistently(tried, { ...patience, signal })
  }

  /** A session that has ended has no more to be told. */
  async #decided(sessionId: string, { command, context }: Kill): Promise<void> {
    const done = await this.#deps.journals.use(sessionId, (journal) => journal.execute(command, context))
    if (!done.ok && done.error.code === 'CONCURRENT_UPDATE') throw new Error(done.error.message)
  }

  /** A full disk may have cut the text off, never the name. */
  async #killOf({ sessionId, note }: OpenKill): Promise<Kill | undefined> {
    if (note) return killOf(note)
    const read = () => this.#deps.journals.use(sessionId, async (journal) => journal.workspaceId)
    const workspaceId = await persistently(read, { ...patience, signal: this.#deps.signal })
    if (workspaceId === undefined) return undefined
    const command = { type: 'KillAgent', reason: null, killAllId: null, tree: false } as const
    const actor = { kind: 'system', id: 'orchestrator' } as const
    const occurredAt = this.#deps.clock.now()
    return { command, context: { commandId: uuidv5(`kill/${sessionId}`), workspaceId, actor, occurredAt } }
  }

  #complain(error: unknown): void {
    this.#deps.logger.error({ err: error }, 'kills could not be noted on the disk, or read from it')
  }
}

/** The kill that a note stands for, under the same id: it is in the log once, whoever writes it. */
export function killOf(note: KillNote): Kill {
  const { reason, killAllId, tree } = note
  return { command: { type: 'KillAgent', reason, killAllId, tree }, context: contextOf(note) }
}

function noteOf({ command: { reason, killAllId, tree }, context }: Kill): KillNote {
  const { commandId, workspaceId, actor, occurredAt } = context
  return { commandId, workspaceId, actor, reason, requestedAt: occurredAt.toISOString(), killAllId, tree }
}

export const contextOf = ({ commandId, workspaceId, actor, requestedAt }: KillNote | KillAllNote): CommandContext => ({
  commandId,
  workspaceId,
  actor,
  occurredAt: new Date(requestedAt),
})
