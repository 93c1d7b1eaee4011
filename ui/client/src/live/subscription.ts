import type { RecordedEvent } from '@mosaic/contracts/kernel'
import type { ServerFrame, StreamFrame, Topic } from '@mosaic/contracts/http'
import type { LiveFrame, TerminalFrame } from '@mosaic/contracts/messaging'

export type Handler = {
  event(event: RecordedEvent): void
  live?(frame: LiveFrame): void
  terminal?(frame: TerminalFrame): void
  /** History is through; what follows is live. Called again after every reconnect. */
  caughtUp?(): void
  /**
   * The server took the subscription: from here on nothing is missed. What stands in the log up to `position` was told
   * before. Called again after every reconnect.
   */
  subscribed?(position: string): void
  problem?(problem: Extract<StreamFrame, { type: 'problem' }>['problem']): void
}

type Verdict = 'fine' | 'resubscribe' | 'resubscribe-later'

/**
 * One subscription as the client sees it: it remembers the last revision it was given, so that after a lost
 * connection, a dropped cursor or a gap it goes on exactly there. Every attempt has an id of its own; frames of an
 * earlier attempt that are still under way are not its own and are ignored.
 */
export class Subscription {
  readonly #name: string
  readonly #topic: Topic
  readonly #handler: Handler
  #attempt = 0
  #revision: number

  constructor(name: string, topic: Topic, handler: Handler) {
    this.#name = name
    this.#topic = topic
    this.#handler = handler
    this.#revision = topic.kind === 'session' ? (topic.afterRevision ?? -1) : -1
  }

  get id(): string {
    return `${this.#name}.${this.#attempt}`
  }

  /** The topic to ask for now, with a new id. */
  next(): { id: string; topic: Topic } {
    this.#attempt++
    const topic = this.#topic.kind === 'session' ? { ...this.#topic, afterRevision: this.#revision } : this.#topic
    return { id: this.id, topic }
  }

  receive(frame: ServerFrame): Verdict {
    if (frame.type === 'subscribed') this.#handler.subscribed?.(frame.position)
    if (frame.type === 'problem') return this.#refused(frame.problem)
    return frame.type === 'frame' ? this.#stream(frame.frame) : 'fine'
  }

  #stream(frame: StreamFrame): Verdict {
    switch (frame.type) {
      case 'event':
        return this.#event(frame.event)
      case 'passed-over':
        this.#revision = Math.max(this.#revision, frame.revision)
        return 'fine'
      case 'live':
        this.#handler.live?.(frame.frame)
        return 'fine'
      case 'terminal':
        this.#handler.terminal?.(frame.frame)
        return 'fine'
      case 'caught-up':
        this.#handler.caughtUp?.()
        return 'fine'
      case 'dropped':
        return 'resubscribe'
      case 'problem':
        return this.#refused(frame.problem)
    }
  }

  #event(event: RecordedEvent): Verdict {
    if (this.#topic.kind === 'session') {
      if (event.revision <= this.#revision) return 'fine'
      if (event.revision > this.#revision + 1) return 'resubscribe'
      this.#revision = event.revision
    }
    this.#handler.event(event)
    return 'fine'
  }

  #refused(problem: Extract<StreamFrame, { type: 'problem' }>['problem']): Verdict {
    this.#handler.problem?.(problem)
    return problem.status >= 500 ? 'resubscribe-later' : 'fine'
  }
}
