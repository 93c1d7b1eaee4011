import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { Delta, Reply, Tokens } from '../contract.ts'
import { AnswerBrokenError } from './faults.ts'
import { parseInput, inputText } from './tool-input.ts'
import type { WireBlock, WireDelta, WireEvent, WireUsage } from './wire.ts'

type Block = {
  readonly type: 'text' | 'thinking' | 'tool_use' | 'other'
  readonly id: string
  readonly name: string
  /** Of a call: its input as it came in one piece, in case no part of it follows. */
  readonly whole: string
  text: string
  signature: string
}

type AnswerEvent = Exclude<WireEvent, { type: 'error' }>

const mostCharacters = 8 * 1024 ** 2
const mostBlocks = 1000

/** Puts the events of a streamed message together. @throws AnswerBrokenError for what cannot be a message */
export class ReplyFold {
  #blocks: Block[] = []
  /** By the index under which the server still adds to it. */
  #open = new Map<number, Block>()
  #counted: { readonly [Count in keyof Tokens]?: number | undefined } = {}
  #stopReason: string | null = null
  #model = ''
  #stopped = false
  #characters = 0

  /** The message is whole: whatever comes after it is not part of it. */
  get isWhole(): boolean {
    return this.#stopped
  }

  /** Folds one event; answers what it adds to what is shown live. */
  apply(event: AnswerEvent): Delta | undefined {
    switch (event.type) {
      case 'message_start':
        if (this.#blocks.length > 0) throw new AnswerBrokenError('began a second message within the first')
        this.#model = event.message.model ?? ''
        this.#count(event.message.usage)
        return undefined
      case 'content_block_start':
        return this.#start(event.index, event.content_block)
      case 'content_block_delta':
        return this.#delta(event.index, event.delta)
      case 'content_block_stop':
        this.#open.delete(event.index)
        return undefined
      case 'message_delta':
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason
        this.#count(event.usage)
        return undefined
      case 'message_stop':
        this.#stopped = true
        return undefined
      case 'message':
        event.content.forEach((block, index) => this.#start(index, block))
        this.#model = event.model ?? ''
        this.#stopReason = event.stop_reason ?? null
        this.#count(event.usage)
        this.#stopped = true
        return undefined
    }
  }

  /** The message; `undefined` when the stream ended before it did. */
  finished(): Reply | undefined {
    // Some servers leave the very last event out; with a stop reason all has been said.
    if (!this.#stopped && this.#stopReason === null) return undefined
    // Where the output was cut off, the last call's input is half a JSON text: it was never asked for.
    const cut = this.#stopReason === 'max_tokens' || this.#stopReason === 'model_context_window_exceeded'
    const whole = this.#blocks.filter((block) => !(cut && block.type === 'tool_use' && block === this.#blocks.at(-1)))
    const content = whole.flatMap(toContent)
    return { content, stopReason: this.#stopReason, model: this.#model, tokens: this.#tokens() }
  }

  #start(index: number, wire: WireBlock): Delta | undefined {
    if (this.#open.has(index)) throw new AnswerBrokenError(`began block ${index} twice`)
    if (this.#blocks.length === mostBlocks) throw new AnswerBrokenError('sent too many blocks')
    const block = begun(wire)
    this.#blocks.push(block)
    this.#open.set(index, block)
    this.#measure(block.text.length + block.whole.length)
    if (block.type === 'other' || (block.type !== 'tool_use' && block.text === '')) return undefined
    return this.#shown(block, block.text)
  }

  #delta(index: number, delta: WireDelta): Delta | undefined {
    if (delta.type === 'other') return undefined
    if (!this.#open.has(index) && delta.type === 'text_delta') this.#start(index, { type: 'text', text: '' })
    const block = this.#open.get(index)
    if (block?.type === 'other') return undefined
    if (block?.type !== typeOf[delta.type]) throw new AnswerBrokenError(`sent a ${delta.type} that belongs to no block`)
    if (delta.type === 'signature_delta') block.signature += delta.signature
    const text = textOf(delta)
    if (text === '') return undefined
    this.#measure(text.length)
    block.text += text
    return this.#shown(block, text)
  }

  #shown({ type, name }: Block, text: string): Delta | undefined {
    if (type === 'other') return undefined
    return { block: this.#blocks.length - 1, blockType: type, toolName: type === 'tool_use' ? name : null, text }
  }

  #measure(more: number): void {
    this.#characters += more
    if (this.#characters > mostCharacters) throw new AnswerBrokenError('sent an answer without an end')
  }

  /** What is not counted anew keeps its count. */
  #count(usage: WireUsage): void {
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage ?? {}
    const was = this.#counted
    this.#counted = {
      inputTokens: input_tokens ?? was.inputTokens,
      outputTokens: output_tokens ?? was.outputTokens,
      cacheReadTokens: cache_read_input_tokens ?? was.cacheReadTokens,
      cacheWriteTokens: cache_creation_input_tokens ?? was.cacheWriteTokens,
    }
  }

  /** A server without a cache does not count one; one that leaves the rest out has not counted at all. */
  #tokens(): Tokens | null {
    const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = this.#counted
    if (inputTokens === undefined || outputTokens === undefined) return null
    return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }
  }
}

const typeOf = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
  input_json_delta: 'tool_use',
} as const

function begun(wire: WireBlock): Block {
  const empty = { type: wire.type, id: '', name: '', whole: '', text: '', signature: '' }
  switch (wire.type) {
    case 'text':
      return { ...empty, text: wire.text }
    case 'thinking':
      return { ...empty, text: wire.thinking, signature: wire.signature }
    case 'tool_use':
      return { ...empty, id: wire.id ?? '', name: wire.name, whole: inputText(wire.input) }
    case 'other':
      return empty
  }
}

function textOf(delta: WireDelta): string {
  if (delta.type === 'text_delta') return delta.text
  if (delta.type === 'thinking_delta') return delta.thinking
  return delta.type === 'input_json_delta' ? delta.partial_json : ''
}

/** Blank text and empty thoughts say nothing, and are not taken back by the API. */
function toContent({ type, id, name, whole, text, signature }: Block): ContentBlock[] {
  switch (type) {
    case 'text':
      return text.trim() === '' ? [] : [{ type, text }]
    case 'thinking':
      return text.trim() === '' && signature === '' ? [] : [{ type, thinking: text, ...(signature && { signature }) }]
    case 'tool_use':
      return [{ type, id, name, input: parseInput(text.trim() === '' ? whole : text) }]
    case 'other':
      return []
  }
}
