import type { AgentSessionEventOf } from '@mosaic/contracts/agent-session'

/** Connections of one kind, in sum: a fact without its session. */
export type Connections = Omit<AgentSessionEventOf<'NetworkConnectionRecorded'>['data'], 'sessionId'>
export type ConnectionKind = Pick<Connections, 'host' | 'port' | 'outcome' | 'reason'>
type Sums = Omit<Connections, keyof ConnectionKind>

type Entry = { readonly kind: ConnectionKind; sums: Sums; waitMs: number; toldAt: number }

const none: Sums = { count: 0, bytesSent: 0, bytesReceived: 0, durationMs: 0 }

/** The first of a kind is told soon; the more often it comes, the longer its sums grow before they are told again. */
const firstWaitMs = 1_000
const longestWaitMs = 600_000
/** Hosts that are told by name, of each outcome; all further ones of a session are told together. */
const mostHosts = 50

/**
 * Sums up a session's connections, so that neither the log nor the memory grows with the number of attempts, nor with
 * that of made-up names. One thing is told after the other: while the log does not answer, sums grow.
 */
export class Tally {
  readonly #tell: (connections: Connections) => Promise<void>
  readonly #entries = new Map<string, Entry>()
  #telling: Promise<void> = Promise.resolve()
  #isTelling = false
  #timer: NodeJS.Timeout | undefined

  /** @param tell Not repeated when it fails. */
  constructor(tell: (connections: Connections) => Promise<void>) {
    this.#tell = tell
  }

  add(kind: ConnectionKind, sums: Partial<Sums>): void {
    const entry = this.#entryOf(kind)
    entry.sums = plus(entry.sums, { ...none, ...sums })
    this.#schedule()
  }

  /** Tells what there is, however short a time it has grown. */
  flush(): Promise<void> {
    return this.#tellAll(() => true)
  }

  #entryOf(kind: ConnectionKind): Entry {
    const named = this.#entries.get(keyOf(kind))
    if (named) return named
    const alike = [...this.#entries.values()].filter((entry) => entry.kind.outcome === kind.outcome)
    const told = alike.length < mostHosts ? kind : { ...kind, host: null, port: null }
    const toldAt = performance.now()
    const entry = this.#entries.get(keyOf(told)) ?? { kind: told, sums: none, waitMs: firstWaitMs, toldAt }
    this.#entries.set(keyOf(told), entry)
    return entry
  }

  #tellAll(isDue: (entry: Entry) => boolean): Promise<void> {
    this.#isTelling = true
    const telling = this.#telling.then(async () => {
      for (const entry of this.#pending().filter(isDue)) await this.#tell(take(entry)).catch(() => undefined)
    })
    this.#telling = telling
    void telling.then(() => {
      if (this.#telling !== telling) return
      this.#isTelling = false
      this.#schedule()
    })
    return telling
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    const dueAt = Math.min(...this.#pending().map(dueTime))
    if (this.#isTelling || dueAt === Infinity) return
    const tellDue = () => void this.#tellAll((entry) => dueTime(entry) <= performance.now())
    this.#timer = setTimeout(tellDue, Math.max(0, dueAt - performance.now())).unref()
  }

  #pending(): Entry[] {
    return [...this.#entries.values()].filter(({ sums }) => sums !== none)
  }
}

const keyOf = ({ host, port, outcome, reason }: ConnectionKind): string => JSON.stringify([host, port, outcome, reason])

const dueTime = ({ toldAt, waitMs }: Entry): number => toldAt + waitMs

/** What has been quiet for long begins anew. */
function take(entry: Entry): Connections {
  const { kind, sums } = entry
  const now = performance.now()
  entry.waitMs = now - entry.toldAt > 2 * longestWaitMs ? firstWaitMs : Math.min(2 * entry.waitMs, longestWaitMs)
  entry.toldAt = now
  entry.sums = none
  return { ...kind, ...sums }
}

const plus = (a: Sums, b: Sums): Sums => ({
  count: a.count + b.count,
  bytesSent: a.bytesSent + b.bytesSent,
  bytesReceived: a.bytesReceived + b.bytesReceived,
  durationMs: a.durationMs + b.durationMs,
})
