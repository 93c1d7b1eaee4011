import type { RuntimeCapabilities } from '@mosaic/contracts/agent-provider'
import type { RuntimeKind } from '@mosaic/contracts/agent-session'
import type { Journal } from '../journal/journal.ts'

/** A session that this process runs. */
export type RunningSession = {
  /** Settles when the session has ended and given back what it held, or when this process has stopped running it. Never rejects. */
  readonly done: Promise<void>
  /**
   * Cuts off at once all that the session does, before anything is read or written: calls under way are aborted, its
   * processes are signalled. It does nothing more until the kill is recorded, which its journal then holds.
   */
  contain(recorded: Promise<void>): void
  /** Stops without ending the session: whoever comes next picks it up from its events. */
  stop(): Promise<void>
}

/** What runs sessions of one kind, each from wherever its events say it is to its end. */
export type Runtime = {
  readonly kind: RuntimeKind
  readonly capabilities: RuntimeCapabilities
  /** @param how.pickedUp Whether the session was there before this process, which may have left something behind. */
  run(journal: Journal, how: { readonly pickedUp: boolean }): RunningSession
}
