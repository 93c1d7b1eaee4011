import type { Message } from './message.ts'

interface Entry {
  message: Message
  /** When it counts as lost, in milliseconds. */
  due: number
}

/** Events that were handed out and that nobody has spoken about yet, by id. */
export class Outstanding {
  readonly #entries = new Map<string, Entry>()

  get size(): number {
    return this.#entries.size
  }

  get(id: string): Message | undefined {
    return this.#entries.get(id)?.message
  }

  /** Of two events with one id only the first is waited for. */
  add(message: Message, due: number): void {
    if (!this.#entries.has(message.id)) this.#entries.set(message.id, { message, due })
  }

  delete(id: string): void {
    this.#entries.delete(id)
  }

  /** Takes out those that are lost by now. */
  takeLost(now: number): Message[] {
    const lost = [...this.#entries.values()].filter(({ due }) => due <= now)
    for (const { message } of lost) this.#entries.delete(message.id)
    return lost.map(({ message }) => message)
  }

  *messages(): Iterable<Message> {
    for (const { message } of this.#entries.values()) yield message
  }
}

/** The first of the messages in the order in which they were handed out; replayed ones do not count. */
export function lowestOf(messages: Iterable<Message>): Message | undefined {
  let lowest: Message | undefined
  for (const message of messages) {
    if (message.sequence !== undefined && message.sequence < (lowest?.sequence ?? Infinity)) lowest = message
  }
  return lowest
}
