import { closeSync, openSync, writeSync } from 'node:fs'
import { EventStoreDBClient } from '@eventstore/db-client'

/** An append that was acknowledged: what must be in the store for ever after. */
export interface Acknowledged {
  stream: string
  ids: string[]
  /** Of the last of its events. */
  revision: number
}

/** What was acknowledged, kept outside of the store and on disk before anything is built on it. */
export class Ledger {
  readonly #file: number
  readonly entries: Acknowledged[] = []

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  add(entry: Acknowledged): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`)
    this.entries.push(entry)
  }

  get events(): number {
    return this.entries.reduce((sum, { ids }) => sum + ids.length, 0)
  }

  close(): void {
    closeSync(this.#file)
  }
}

interface Stored {
  stream: string
  revision: number
}

async function readEverything(url: string): Promise<Map<string, Stored[]>> {
  const client = EventStoreDBClient.connectionString(url)
  const byId = new Map<string, Stored[]>()
  const next = new Map<string, number>()
  let position = -1n
  for await (const { event } of client.readAll()) {
    if (!event) continue
    if (event.position.commit <= position) throw new Error(`positions go back at ${event.position.commit}`)
    position = event.position.commit
    const revision = Number(event.revision)
    if (revision !== (next.get(event.streamId) ?? 0)) throw new Error(`${event.streamId} has a gap at ${revision}`)
    next.set(event.streamId, revision + 1)
    byId.set(event.id, [...(byId.get(event.id) ?? []), { stream: event.streamId, revision }])
  }
  await client.dispose()
  return byId
}

export interface Verdict {
  acknowledged: number
  stored: number
  lost: number
  doubled: number
}

/** Compares the store with the ledger; throws on gaps and on positions that do not grow. */
export async function judge(url: string, ledger: Ledger): Promise<Verdict> {
  const stored = await readEverything(url)
  let lost = 0
  for (const { stream, ids, revision } of ledger.entries) {
    for (const [index, id] of ids.entries()) {
      const expected = revision - ids.length + 1 + index
      const found = stored.get(id)?.some((event) => event.stream === stream && event.revision === expected)
      if (!found) lost++
    }
  }
  const doubled = [...stored.values()].filter((places) => places.length > 1).length
  return { acknowledged: ledger.events, stored: stored.size, lost, doubled }
}
