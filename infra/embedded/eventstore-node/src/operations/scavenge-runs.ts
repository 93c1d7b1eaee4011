import { randomUUID } from 'node:crypto'
import { Expected } from '../storage/write-rules.ts'
import type { WriteCommand } from '../storage/commands.ts'
import type { Writer } from '../storage/writer.ts'
import { encodeBody } from '../wire/record.ts'

/** Streams per step. */
const STEP = 500

const step = (kind: WriteCommand['kind'], expected: number): WriteCommand => ({
  kind,
  stream: '',
  expected,
  events: [],
})

/** One scavenge at a time, step by step between the appends; its course is written to `$scavenges-ID`. */
export class ScavengeRuns {
  readonly #writer: Writer
  #current: string | undefined

  constructor(writer: Writer) {
    this.#writer = writer
  }

  /** Starts one, or answers which one is running. */
  start(): { id: string; fresh: boolean; finished: Promise<void> } {
    if (this.#current) return { id: this.#current, fresh: false, finished: Promise.resolve() }
    const id = randomUUID()
    this.#current = id
    return { id, fresh: true, finished: this.#run(id) }
  }

  /** False when that one is not running. */
  stop(id: string): boolean {
    if (this.#current !== id) return false
    this.#current = undefined
    void this.#writer.write(step('stop-scavenge', 0))
    return true
  }

  async #run(id: string): Promise<void> {
    await this.#note(id, '$scavengeStarted', {})
    const result = await this.#steps(id)
    await this.#note(id, '$scavengeCompleted', { result })
    if (this.#current === id) this.#current = undefined
  }

  async #steps(id: string): Promise<'Success' | 'Stopped' | 'Errored'> {
    while (this.#current === id) {
      const result = await this.#writer.write(step('scavenge', STEP))
      if (result.outcome !== 'written') return 'Errored'
      if (result.last === 1) return 'Success'
    }
    return 'Stopped'
  }

  async #note(scavengeId: string, type: string, more: object): Promise<void> {
    const data = Buffer.from(JSON.stringify({ scavengeId, ...more }))
    const events = [{ id: randomUUID(), body: encodeBody({ type, isJson: true, data }) }]
    await this.#writer.write({ kind: 'append', stream: `$scavenges-${scavengeId}`, expected: Expected.ANY, events })
  }

  close(): void {
    this.#current = undefined
  }
}
