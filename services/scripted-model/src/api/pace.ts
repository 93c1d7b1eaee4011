// When each piece of an answer is due. Due times come from the start, so that late timers do not add up.
import { setTimeout as wait } from 'node:timers/promises'
import type { Speed } from '../scenario/schema.ts'

const defaults = { tokensPerSecond: 40, firstTokenMs: 400, headersMs: 0, jitter: 0 }
/** Timers are no finer than this; what is due sooner goes out at once. */
const grainMs = 2

export interface Pace {
  /** Each settles when that much more of the answer is due; rejects with an AbortError when the signal fires. */
  headers(): Promise<void>
  firstToken(): Promise<void>
  text(tokens: number): Promise<void>
  input(tokens: number): Promise<void>
}

/** `multiplier` speeds everything up; `seed` makes the jitter of a turn the same every time. */
export function createPace(speed: Speed, multiplier: number, seed: string, signal: AbortSignal): Pace {
  const tokensPerSecond = speed.tokensPerSecond ?? defaults.tokensPerSecond
  const inputTokensPerSecond = speed.inputTokensPerSecond ?? tokensPerSecond * 8
  const random = generator(seed)
  let due = performance.now()
  const advance = async (ms: number) => {
    const factor = 1 + (random() * 2 - 1) * (speed.jitter ?? defaults.jitter)
    due += (ms * factor) / multiplier
    const left = due - performance.now()
    if (left > grainMs) await wait(left, undefined, { signal })
    signal.throwIfAborted()
  }
  return {
    headers: () => advance(speed.headersMs ?? defaults.headersMs),
    firstToken: () => advance(speed.firstTokenMs ?? defaults.firstTokenMs),
    text: (tokens) => advance((tokens / tokensPerSecond) * 1000),
    input: (tokens) => advance((tokens / inputTokensPerSecond) * 1000),
  }
}

/** mulberry32: small, even enough for delays. */
function generator(seed: string): () => number {
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
