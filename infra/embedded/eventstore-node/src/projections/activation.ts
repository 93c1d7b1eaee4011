import type { Writer } from '../storage/writer.ts'
import { SYSTEM_PROJECTIONS, type SystemProjection, projectionOf } from './definitions.ts'

/** Events per transaction while a projection catches up, so that appends get their turn in between. */
const STEP = 1000
/** How long a first reader waits for the links of what is already there. */
const PATIENCE_MS = 2000

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

export type ProjectionsMode = 'on-demand' | 'all' | 'none'

/**
 * Starts projections: all at once, or each when one of its streams is first asked for, so that those whom nobody
 * reads cost nothing. Once started a projection goes along with every write, in the same transaction.
 */
export class ProjectionActivation {
  readonly #writer: Writer
  readonly #mode: ProjectionsMode
  readonly #started = new Map<SystemProjection, Promise<void>>()
  readonly #stopped = new Set<SystemProjection>()
  #closed = false

  constructor(writer: Writer, mode: ProjectionsMode, stopped: readonly SystemProjection[]) {
    this.#writer = writer
    this.#mode = mode
    for (const projection of stopped) this.#stopped.add(projection)
    if (mode === 'all') for (const projection of SYSTEM_PROJECTIONS) void this.start(projection)
  }

  /** Makes sure that the projection behind a stream, if there is one, is running and has caught up. */
  async ready(stream: string): Promise<void> {
    const projection = projectionOf(stream)
    if (!projection || this.#mode === 'none' || this.#stopped.has(projection)) return
    await Promise.race([this.start(projection), pause(PATIENCE_MS)])
  }

  start(projection: SystemProjection): Promise<void> {
    this.#stopped.delete(projection)
    const started = this.#started.get(projection) ?? this.#catchUp(projection)
    this.#started.set(projection, started)
    return started
  }

  async stop(projection: SystemProjection): Promise<void> {
    this.#stopped.add(projection)
    this.#started.delete(projection)
    await this.#writer.write({ kind: 'stop-projection', stream: projection.name, expected: 0, events: [] })
  }

  async #catchUp(projection: SystemProjection): Promise<void> {
    while (!this.#closed && !this.#stopped.has(projection)) {
      const command = { kind: 'project', stream: projection.name, expected: STEP, events: [] } as const
      const result = await this.#writer.write(command)
      if (result.outcome === 'written' && result.last === 1) return
      if (result.outcome === 'failed') await pause(PATIENCE_MS)
    }
  }

  close(): void {
    this.#closed = true
  }
}
