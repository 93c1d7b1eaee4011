import {
  emptyFleet,
  emptyLiveConversation,
  type Fleet,
  followConversation,
  followFleet,
  type Held,
  holding,
  type LiveConversation,
} from '@mosaic/client'
import type { ConversationEntry, SessionView } from '@mosaic/contracts/agent-session'
import type { HeldGateway } from './held-gateway.ts'

/** What a surface shows of a workspace: its fleet, and the conversations that somebody opened. */
export class Page {
  readonly #gateway: HeldGateway
  readonly #fleet: Held<Fleet> = holding(emptyFleet())
  readonly #conversations = new Map<string, Held<LiveConversation>>()

  constructor(gateway: HeldGateway) {
    this.#gateway = gateway
    followFleet({ ...gateway.surface, fleet: this.#fleet })
  }

  openConversation(sessionId: string): void {
    if (this.#conversations.has(sessionId)) return
    const state = holding(emptyLiveConversation())
    followConversation({ ...this.#gateway.surface, sessionId, state })
    this.#conversations.set(sessionId, state)
  }

  get sessions(): SessionView[] {
    return Object.values(this.#fleet.get().sessions)
  }

  entriesOf(sessionId: string): ConversationEntry[] {
    const { order, entries } = this.#conversations.get(sessionId)!.get().conversation
    return order.flatMap((key) => {
      const entry = entries[key]!
      if (entry.kind === 'draft') return []
      const { key: _, ...said } = entry
      return [said]
    })
  }

  /** What went wrong on the page: nothing, in a world without faults. */
  get failures(): unknown[] {
    const states = [this.#fleet, ...this.#conversations.values()]
    return states.map((state) => state.get().failure).filter((failure) => failure !== null)
  }
}
