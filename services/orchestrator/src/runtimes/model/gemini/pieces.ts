import type { ReadPiece } from '../http/dialect.ts'
import { AnswerBrokenError, ServerError } from '../http/faults.ts'
import type { Counted, NewBlock, Piece } from '../http/pieces.ts'
import { objectionOf } from '../http/read-error.ts'
import { Speech } from '../http/speech.ts'
import { inputText } from '../http/tool-input.ts'
import { chunk, type WirePart, type WireUsage } from './wire.ts'

/** Reads the chunks of one streamed answer, also as a list, or an answer in one piece. */
export function readContent(): ReadPiece {
  const reader = new ContentReader()
  return function* (data) {
    for (const one of Array.isArray(data) ? data : [data]) yield* reader.read(one)
  }
}

const declined: ReadonlySet<string> = new Set([
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'LANGUAGE',
])
const broken: ReadonlySet<string> = new Set(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL'])

class ContentReader {
  readonly #speech = new Speech()
  #blocks = 0
  #calls = 0;

  *read(data: unknown): Generator<Piece> {
    const objection = objectionOf(data)
    if (objection) throw new ServerError(objection)
    const { candidates, promptFeedback, modelVersion, usageMetadata } = chunk.parse(data)
    if (modelVersion) yield { type: 'model', name: modelVersion }
    if (usageMetadata) yield { type: 'counted', tokens: countedIn(usageMetadata) }
    const candidate = candidates?.[0]
    for (const part of candidate?.content?.parts ?? []) yield* this.#part(part)
    if (candidate?.finishReason) yield { type: 'stopped', reason: this.#reason(candidate.finishReason) }
    if (promptFeedback?.blockReason) yield { type: 'stopped', reason: 'refusal' }
  }

  *#part({ text, thought, thoughtSignature: signature, functionCall }: WirePart): Generator<Piece> {
    yield* this.#speech.say(thought ? 'thinking' : 'text', text)
    if (!functionCall) return
    yield* this.#speech.end()
    if (signature !== '') yield* this.#begin({ type: 'thinking', signature })
    const { id, name, args } = functionCall
    this.#calls += 1
    const key = yield* this.#begin({ type: 'tool_use', id, name })
    yield { type: 'more', key, of: 'input', text: inputText(args) }
  }

  *#begin(block: NewBlock): Generator<Piece, string> {
    const key = `block ${this.#blocks++}`
    yield { type: 'begun', key, block }
    return key
  }

  #reason(reason: string): string {
    if (broken.has(reason))
      throw new AnswerBrokenError(`called a tool in a way that it does not understand itself (${reason})`)
    if (reason === 'MAX_TOKENS') return 'max_tokens'
    if (declined.has(reason)) return 'refusal'
    return this.#calls > 0 ? 'tool_use' : 'end_turn'
  }
}

/** Cached tokens are part of the prompt's here, thoughts not of the answer's. */
function countedIn(usage: NonNullable<WireUsage>): Counted {
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, cachedContentTokenCount } = usage
  const cacheReadTokens = cachedContentTokenCount ?? 0
  return {
    inputTokens: typeof promptTokenCount === 'number' ? Math.max(0, promptTokenCount - cacheReadTokens) : undefined,
    outputTokens:
      typeof candidatesTokenCount === 'number' ? candidatesTokenCount + (thoughtsTokenCount ?? 0) : undefined,
    cacheReadTokens,
  }
}
