import type { ReadPiece } from '../http/dialect.ts'
import { AnswerBrokenError, ServerError } from '../http/faults.ts'
import type { Piece } from '../http/pieces.ts'
import { objection, objectionOf } from '../http/read-error.ts'
import { parseWireEvent, type WireItem, type WireResponse } from './wire.ts'

/** Reads the events of one streamed response, or a response in one piece. */
export function readResponse(): ReadPiece {
  const reader = new ResponseReader()
  return (data) => reader.read(data)
}

class ResponseReader {
  /** Items of which something was streamed: what they are when they are done is known already. */
  readonly #streamed = new Set<number>()
  #calls = 0
  #refused = false;

  *read(data: unknown): Generator<Piece> {
    const failure = failureIn(data)
    if (failure) throw new ServerError(failure)
    const event = parseWireEvent(data)
    switch (event?.type) {
      case undefined:
        return
      case 'response.output_item.added':
        return yield* this.#begin(event.output_index, event.item)
      case 'response.output_item.done':
        return yield* this.#done(event.output_index, event.item)
      case 'response.function_call_arguments.delta':
        return yield* this.#more(event.output_index, 'input', event.delta)
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return yield* this.#more(event.output_index, 'thinking', event.delta)
      case 'response.refusal.delta':
        this.#refused = true
        return yield* this.#more(event.output_index, 'text', event.delta)
      case 'response.output_text.delta':
        return yield* this.#more(event.output_index, 'text', event.delta)
      case 'response':
        for (const [index, item] of (event.response.output ?? []).entries()) {
          yield* this.#begin(index, item)
          yield* this.#done(index, item)
        }
        return yield* this.#end(event.response)
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return yield* this.#end(event.response)
    }
  }

  *#begin(key: number, { type, call_id: id, name }: WireItem): Generator<Piece> {
    if (type !== 'function_call') return
    if (!name) throw new AnswerBrokenError('called a tool without a name')
    this.#calls += 1
    yield { type: 'begun', key, block: { type: 'tool_use', id, name } }
  }

  *#more(key: number, of: 'text' | 'thinking' | 'input', text: string): Generator<Piece> {
    if (text === '') return
    this.#streamed.add(key)
    yield { type: 'more', key, of, text }
  }

  *#done(key: number, { type, arguments: input, content, summary }: WireItem): Generator<Piece> {
    this.#refused ||= content?.some(({ refusal }) => refusal !== '') ?? false
    if (!this.#streamed.has(key)) {
      if (type === 'function_call') yield* this.#more(key, 'input', input)
      if (type === 'message') yield* this.#more(key, 'text', textOf(content))
      if (type === 'reasoning') yield* this.#more(key, 'thinking', textOf(summary) || textOf(content))
    }
    yield { type: 'closed', key }
  }

  *#end({ model, status, usage, incomplete_details: incomplete }: WireResponse): Generator<Piece> {
    if (model) yield { type: 'model', name: model }
    if (usage) {
      const cacheReadTokens = usage.input_tokens_details?.cached_tokens ?? 0
      const { input_tokens: input, output_tokens: output } = usage
      const inputTokens = typeof input === 'number' ? Math.max(0, input - cacheReadTokens) : undefined
      yield { type: 'counted', tokens: { inputTokens, outputTokens: output ?? undefined, cacheReadTokens } }
    }
    yield { type: 'stopped', reason: this.#reason(status, incomplete?.reason) }
    yield { type: 'whole' }
  }

  #reason(status: string | null | undefined, why: string | null | undefined): string {
    if (status === 'incomplete' && why !== 'content_filter')
      return why === 'max_output_tokens' ? 'max_tokens' : (why ?? 'pause_turn')
    if (this.#refused || why === 'content_filter') return 'refusal'
    return this.#calls > 0 ? 'tool_use' : 'end_turn'
  }
}

const textOf = (parts: WireItem['content']) => (parts ?? []).map(({ text, refusal }) => text + refusal).join('\n')

/** `{type: "error", message, code}`, `{error: {…}}`, or a response that has failed. */
function failureIn(data: unknown) {
  if (typeof data !== 'object' || data === null) return undefined
  if ('type' in data && data.type === 'error')
    return objectionOf('error' in data ? data : { error: data }) ?? objection()
  if ('type' in data && data.type === 'response.failed' && 'response' in data)
    return objectionOf(data.response) ?? objection()
  return objectionOf(data)
}
