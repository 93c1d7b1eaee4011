import type { Writer } from '../storage/writer.ts'
import { SYSTEM_PROJECTIONS, type SystemProjection, projectionOf } from './definitions.ts'

/** Events per transaction while a projection catches up, so that appends get their turn in between. */
const STEP = 1000
/** How long a first reader waits for the links of what is already there. */
const PATIENCE_MS = 2000

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

export type ProjectionsMode = 'on-demand' | 'all' | 'none'

/** What a client is told about a projection. */
export type ProjectionState = 'running' | 'stopped' | 'aborted'

/**
 * Starts projections: all at once, or each when one of its streams is first asked for, so that those whom nobody
 * reads cost nothing. Once started a projection goes along with every write, in the same transaction.
 */
export class ProjectionActivation {
  readonly #writer: Writer
  readonly #started = new Map<SystemProjection, Promise<void>>()
  readonly #stopped = new Map<SystemProjection, 'stopped' | 'aborted'>()
  #closed = false

  constructor(writer: Writer, mode: ProjectionsMode, stopped: readonly SystemProjection[]) {
    this.#writer = writer
    for (const projection of mode === 'none' ? SYSTEM_PROJECTIONS : stopped) this.#stopped.set(projection, 'stopped')
    if (mode === 'all') for (const projection of SYSTEM_PROJECTIONS) void this.start(projection)
  }

  /** One that only waits for its first reader counts as running: nobody can tell. */
  state(projection: SystemProjection): ProjectionState {
    return this.#stopped.get(projection) ?? 'running'
  }

  /** Makes sure that the projection behind a stream, if there is one, is running and has caught up. */
  async ready(stream: string): Promise<void> {
    const projection = projectionOf(stream)
    if (!projection || this.#stopped.has(projection)) return
    await Promise.race([this.#begin(projection), pause(PATIENCE_MS)])
  }

  async start(projection: SystemProjection): Promise<void> {
    this.#stopped.delete(projection)
    await Promise.race([this.#begin(projection), pause(PATIENCE_MS)])
  }

  #begin(projection: SystemProjection): Promise<void> {
    const started = this.#started.get(projection) ?? this.#catchUp(projection)
    this.#started.set(projection, started)
    return started
  }

  async stop(projection: SystemProjection, how: 'stopped' | 'aborted'): Promise<void> {
    this.#stopped.set(projection, how)
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
