import { newId } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { Seam } from '@mosaic/redaction'
import { LiveFrames } from '../model/index.ts'

type Parts = {
  readonly sessionId: string
  readonly publish: (frame: LiveFrame) => void
  readonly redact: (text: string) => string
}

/** What an agent is saying, word by word: what it has said is a message of its own, read from the conversation. */
export class LiveWords {
  readonly #parts: Parts
  #item: string | undefined
  #frames: LiveFrames | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  heard({ delta, itemId = '' }: { readonly delta: string; readonly itemId?: string | undefined }, turn: number): void {
    if (delta === '') return
    if (this.#item !== itemId) this.over()
    this.#item = itemId
    this.#frames ??= this.#begin(turn)
    this.#frames.delta({ block: 0, blockType: 'text', toolName: null, text: delta })
  }

  /** What was said stands in the log by now, or never will. */
  over(): void {
    this.#frames?.aborted()
    this.#frames = undefined
    this.#item = undefined
  }

  #begin(turn: number): LiveFrames {
    const { sessionId, publish, redact } = this.#parts
    const frames = new LiveFrames({ sessionId, messageId: newId() }, publish, { redact, seam: new Seam(redact) })
    frames.started(turn)
    return frames
  }
}
