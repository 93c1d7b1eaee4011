import { AnswerBrokenError, ServerError } from '../http/faults.ts'
import { objection, objectionOf } from '../http/read-error.ts'
import type { Counted, NewBlock, Piece } from '../http/pieces.ts'
import type { ReadPiece } from '../http/dialect.ts'
import { parseWireEvent, type WireBlock, type WireDelta, type WireEvent, type WireUsage } from './wire.ts'

/** Reads the events of one streamed message, or a message in one piece. */
export function readMessage(): ReadPiece {
  let hasBegun = false
  return function* (data) {
    const event = parseWireEvent(data)
    if (!event) return
    if (event.type === 'error') throw new ServerError(objectionOf(data) ?? objection())
    if (event.type === 'message_start' && hasBegun) {
      throw new AnswerBrokenError('began a second message within the first')
    }
    hasBegun ||= event.type === 'content_block_start'
    yield* piecesOf(event)
  }
}

function* piecesOf(event: Exclude<WireEvent, { type: 'error' }>): Generator<Piece> {
  switch (event.type) {
    case 'message_start':
      return yield* shell(event.message)
    case 'content_block_start':
      return yield { type: 'begun', key: event.index, block: begun(event.content_block) }
    case 'content_block_delta':
      return yield* more(event.index, event.delta)
    case 'content_block_stop':
      return yield { type: 'closed', key: event.index }
    case 'message_delta':
      if (event.delta.stop_reason) yield { type: 'stopped', reason: event.delta.stop_reason }
      return yield counted(event.usage)
    case 'message_stop':
      return yield { type: 'whole' }
    case 'message':
      for (const [key, block] of event.content.entries()) yield { type: 'begun', key, block: begun(block) }
      yield* shell(event)
      if (event.stop_reason) yield { type: 'stopped', reason: event.stop_reason }
      return yield { type: 'whole' }
  }
}

function* shell({ model, usage }: { readonly model?: string | null | undefined; readonly usage?: WireUsage }) {
  yield { type: 'model', name: model ?? '' } as const
  yield counted(usage)
}

function begun(block: WireBlock): NewBlock {
  if (block.type !== 'thinking') return block
  return { type: 'thinking', text: block.thinking, signature: block.signature }
}

function* more(key: number, delta: WireDelta): Generator<Piece> {
  switch (delta.type) {
    case 'text_delta':
      return yield { type: 'more', key, of: 'text', text: delta.text }
    case 'thinking_delta':
      return yield { type: 'more', key, of: 'thinking', text: delta.thinking }
    case 'signature_delta':
      return yield { type: 'more', key, of: 'signature', text: delta.signature }
    case 'input_json_delta':
      return yield { type: 'more', key, of: 'input', text: delta.partial_json }
    case 'other':
      return
  }
}

function counted(usage: WireUsage): Piece {
  const tokens: Counted = {
    inputTokens: usage?.input_tokens ?? undefined,
    outputTokens: usage?.output_tokens ?? undefined,
    cacheReadTokens: usage?.cache_read_input_tokens ?? undefined,
    cacheWriteTokens: usage?.cache_creation_input_tokens ?? undefined,
  }
  return { type: 'counted', tokens }
}
