import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { ANY, EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import type { Ledger } from './eventstore-ledger.ts'
import type { Random } from './eventstore-random.ts'

const DEADLINE_MS = 3000

/**
 * Appends to a stream of its own, one after the other, under ANY and under exact revisions, single events and batches.
 * An append whose outcome is unknown is sent again with the same ids until it is acknowledged.
 */
export class StreamWriter {
  readonly #stream = `writer-${randomUUID()}`
  readonly #ledger: Ledger
  readonly #random: Random
  #last = -1
  #stopped = false

  constructor(ledger: Ledger, random: Random) {
    this.#ledger = ledger
    this.#random = random
  }

  stop(): void {
    this.#stopped = true
  }

  /** Writes until it is stopped; `client` is asked for before every attempt, for it changes with the node. */
  async run(client: () => EventStoreDBClient): Promise<void> {
    while (!this.#stopped) {
      const count = this.#random.next() < 0.2 ? this.#random.between(2, 30) : 1
      const events = Array.from({ length: count }, (_, n) =>
        jsonEvent({ id: randomUUID(), type: 'Counted', data: { n, filler: 'x'.repeat(this.#random.between(0, 800)) } }),
      )
      const exact = this.#last < 0 ? NO_STREAM : BigInt(this.#last)
      const expectedRevision = this.#random.next() < 0.5 ? ANY : exact
      const revision = await this.#insist(client, events, expectedRevision)
      if (revision === undefined) return
      this.#ledger.add({ stream: this.#stream, ids: events.map((event) => event.id), revision })
      this.#last = revision
    }
  }

  async #insist(
    client: () => EventStoreDBClient,
    events: ReturnType<typeof jsonEvent>[],
    expectedRevision: bigint | typeof ANY | typeof NO_STREAM,
  ): Promise<number | undefined> {
    while (!this.#stopped) {
      try {
        const options = { expectedRevision, deadline: DEADLINE_MS }
        const result = await client().appendToStream(this.#stream, events, options)
        return Number(result.nextExpectedRevision)
      } catch (fault) {
        if ((fault as { type?: string }).type === 'wrong-expected-version') throw fault
        await pause(5)
      }
    }
    return undefined
  }
}
