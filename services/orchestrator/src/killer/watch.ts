import type { LiveSession } from '@mosaic/contracts/fleet'
import type { Counts } from '../sandbox/remains.ts'
import type { KillLedger } from './kill-ledger.ts'

/** What is alive of sandboxes, by their ids. */
type Seen = { readonly processes: Counts; readonly containers: ReadonlySet<string> }

/** What becomes of the sessions that were struck: notes of each when nothing of it is left, for its receipt. */
export class Watch {
  readonly #open: Map<string, LiveSession>
  readonly #ledger: KillLedger
  readonly #signalledAt: string
  /** How many processes of a sandbox were met at a time. */
  readonly #met = new Map<string, number>()

  constructor(hit: readonly LiveSession[], { ledger, signalledAt }: { ledger: KillLedger; signalledAt: Date }) {
    this.#open = new Map(hit.map((session) => [session.sessionId, session]))
    this.#ledger = ledger
    this.#signalledAt = signalledAt.toISOString()
  }

  saw(processes: Counts): void {
    for (const [id, count] of processes) this.#met.set(id, Math.max(count, this.#met.get(id) ?? 0))
  }

  look({ processes, containers }: Seen, at: Date): void {
    this.saw(processes)
    for (const [sessionId, { sandboxIds }] of this.#open) {
      if (sandboxIds.some((id) => processes.has(id) || containers.has(id))) continue
      this.#open.delete(sessionId)
      this.#noteEnd(sessionId, sandboxIds, at)
    }
  }

  unconfirmed(): string[] {
    return [...this.#open.keys()]
  }

  isOver(): boolean {
    return this.#open.size === 0
  }

  /** The orchestrator looks after all that is left. */
  isTakenUp(): boolean {
    return this.unconfirmed().every((sessionId) => !this.#ledger.isOpen(sessionId))
  }

  /** Of one that had no process yet there is nothing to tell: what is made of it afterwards, its orchestrator ends. */
  #noteEnd(sessionId: string, sandboxIds: readonly string[], at: Date): void {
    const processes = sandboxIds.reduce((sum, id) => sum + (this.#met.get(id) ?? 0), 0)
    if (processes === 0) return
    try {
      this.#ledger.noteSeen(sessionId, { signalledAt: this.#signalledAt, processes, clearedAt: at.toISOString() })
    } catch {
      // The orchestrator looks for itself.
    }
  }
}
