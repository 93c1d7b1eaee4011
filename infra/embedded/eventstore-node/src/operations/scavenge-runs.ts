import { randomUUID } from 'node:crypto'
import { OPS } from '../access/principal.ts'
import type { WriteCommand } from '../storage/commands.ts'
import { metastreamOf } from '../storage/metadata.ts'
import { Expected } from '../storage/write-rules.ts'
import type { Writer } from '../storage/writer.ts'
import { encodeBody } from '../wire/record.ts'

/** Streams per step. */
const STEP = 500
const HISTORY = '$scavenges'
const HISTORY_METADATA = { $maxAge: 30 * 24 * 3600, $acl: { $r: OPS, $w: [], $d: [], $mr: [], $mw: [] } }

type Outcome = 'Success' | 'Stopped' | 'Failed'

interface Run {
  readonly id: string
  stopped: boolean
  readonly finished: Promise<void>
}

const step = (kind: WriteCommand['kind'], expected: number): WriteCommand => ({
  kind,
  stream: '',
  expected,
  events: [],
})

/** As .NET writes a time span: hours, minutes, seconds, ticks. */
function timeSpan(ms: number): string {
  const [whole, parts] = [Math.trunc(ms), Math.trunc((ms % 1000) * 10_000)]
  const clock = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60].map((part) => Math.trunc(part))
  return `${clock.map((part) => String(part).padStart(2, '0')).join(':')}.${String(parts).padStart(7, '0')}`
}

/** One scavenge at a time, step by step between the appends; its course is written to `$scavenges-ID`. */
export class ScavengeRuns {
  readonly #writer: Writer
  readonly #endpoint: () => string
  #current: Run | undefined

  /** @param endpoint `host:port` of the node, which its notes name. */
  constructor(writer: Writer, endpoint: () => string) {
    this.#writer = writer
    this.#endpoint = endpoint
  }

  /** The id of the one that is running. */
  get running(): string | undefined {
    return this.#current?.id
  }

  /** Starts one. As on the real server one without threads starts like any other, and fails. */
  start(threads: number): string {
    const id = randomUUID()
    const { promise: finished, resolve } = Promise.withResolvers<void>()
    const run: Run = { id, stopped: false, finished }
    this.#current = run
    void this.#run(run, threads).finally(resolve)
    return id
  }

  /** Ends the one that is running; resolves when it has ended. */
  async stop(): Promise<void> {
    const run = this.#current
    if (!run) return
    run.stopped = true
    await run.finished
  }

  async #run(run: Run, threads: number): Promise<void> {
    const begun = performance.now()
    const common = { scavengeId: run.id, nodeEndpoint: this.#endpoint() }
    const stream = `${HISTORY}-${run.id}`
    await this.#append(metastreamOf(HISTORY), '$metadata', HISTORY_METADATA, Expected.NO_STREAM)
    await this.#append(metastreamOf(stream), '$metadata', HISTORY_METADATA)
    await this.#note(stream, '$scavengeStarted', common)
    const result = threads < 1 ? 'Failed' : await this.#steps(run)
    // Whoever reads that it is completed may start the next.
    this.#current = undefined
    const error = result === 'Failed' ? 'Error while scavenging DB.' : null
    const timeTaken = timeSpan(performance.now() - begun)
    const outcome = { ...common, result, error, timeTaken, spaceSaved: 0, maxChunkScavenged: 0 }
    await this.#note(stream, '$scavengeCompleted', outcome)
  }

  async #steps(run: Run): Promise<Outcome> {
    while (!run.stopped) {
      const result = await this.#writer.write(step('scavenge', STEP))
      if (result.outcome !== 'written') return 'Failed'
      if (result.last === 1) return 'Success'
    }
    await this.#writer.write(step('stop-scavenge', 0))
    return 'Stopped'
  }

  async #note(stream: string, type: string, data: object): Promise<void> {
    const revision = await this.#append(stream, type, data)
    if (revision >= 0) await this.#append(HISTORY, '$>', `${revision}@${stream}`)
  }

  /** Answers the revision, -1 when nothing was written. */
  async #append(stream: string, type: string, data: object | string, expected: number = Expected.ANY): Promise<number> {
    const isJson = typeof data !== 'string'
    const body = encodeBody({ type, isJson, data: Buffer.from(isJson ? JSON.stringify(data) : data) })
    const result = await this.#writer.write({ kind: 'append', stream, expected, events: [{ id: randomUUID(), body }] })
    return result.outcome === 'written' ? result.last : -1
  }

  close(): void {
    if (this.#current) this.#current.stopped = true
  }
}
