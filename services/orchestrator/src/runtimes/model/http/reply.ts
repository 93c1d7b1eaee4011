import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { Delta, Reply, Tokens } from '../contract.ts'
import { AnswerBrokenError } from './faults.ts'
import type { BlockKey, Counted, NewBlock, Piece } from './pieces.ts'
import { inputText, parseInput } from './tool-input.ts'

type Block = {
  readonly type: NewBlock['type']
  readonly id: string
  readonly name: string
  readonly whole: string
  text: string
  signature: string
}

/** An answer is one event, and the store takes a MiB at once: what is longer cannot be recorded. */
const mostCharacters = 1024 ** 2
const mostBlocks = 1000

/** Puts the pieces of an answer together. @throws AnswerBrokenError for what cannot be a message */
export class ReplyFold {
  #blocks: Block[] = []
  /** By the key under which the server still adds to it. */
  #open = new Map<BlockKey, Block>()
  #counted: Counted = {}
  #stopReason: string | null = null
  #model = ''
  #whole = false
  #characters = 0

  /** The message is whole: whatever comes after it is not part of it. */
  get isWhole(): boolean {
    return this.#whole
  }

  /** Folds one piece; answers what it adds to what is shown live. */
  apply(piece: Piece): Delta | undefined {
    switch (piece.type) {
      case 'begun':
        return this.#begin(piece.key, piece.block)
      case 'more':
        return this.#more(piece)
      case 'closed':
        this.#open.delete(piece.key)
        return undefined
      case 'model':
        this.#model = piece.name
        return undefined
      case 'counted':
        this.#count(piece.tokens)
        return undefined
      case 'stopped':
        this.#stopReason = piece.reason
        return undefined
      case 'whole':
        this.#whole = true
        return undefined
    }
  }

  /** The message; `undefined` when the answer ended before it did. */
  finished(): Reply | undefined {
    // Some servers leave the very last event out; with a stop reason all has been said.
    if (!this.#whole && this.#stopReason === null) return undefined
    // Where the output was cut off, the last call's input is half a JSON text: it was never asked for.
    const cut = this.#stopReason === 'max_tokens' || this.#stopReason === 'model_context_window_exceeded'
    const whole = this.#blocks.filter((block) => !(cut && block.type === 'tool_use' && block === this.#blocks.at(-1)))
    const content = whole.flatMap(toContent)
    return { content, stopReason: this.#stopReason, model: this.#model, tokens: this.#tokens() }
  }

  #begin(key: BlockKey, begun: NewBlock): Delta | undefined {
    if (this.#open.has(key)) throw new AnswerBrokenError(`began block ${key} twice`)
    if (this.#blocks.length === mostBlocks) throw new AnswerBrokenError('sent too many blocks')
    const { type, id, name = '', input, text = '', signature = '' } = begun
    const block = { type, id: id ?? '', name: name.toWellFormed(), whole: inputText(input), text, signature }
    this.#blocks.push(block)
    this.#open.set(key, block)
    this.#measure(block.text.length + block.whole.length)
    if (type === 'other' || (type !== 'tool_use' && text === '')) return undefined
    return this.#shown(block, text)
  }

  #more({ key, of, text }: Extract<Piece, { type: 'more' }>): Delta | undefined {
    if (!this.#open.has(key) && (of === 'text' || of === 'thinking')) this.#begin(key, { type: of })
    const block = this.#open.get(key)
    if (block?.type === 'other') return undefined
    if (block?.type !== typeOf[of]) throw new AnswerBrokenError(`sent a piece of ${of} that belongs to no block`)
    this.#measure(text.length)
    if (of === 'signature') {
      block.signature += text
      return undefined
    }
    block.text += text
    return text === '' ? undefined : this.#shown(block, text)
  }

  /** Live, a message is told from its beginning to its end: what is added to an earlier block is seen when it is whole. */
  #shown(block: Block, text: string): Delta | undefined {
    const { type, name } = block
    if (type === 'other' || block !== this.#blocks.at(-1)) return undefined
    return { block: this.#blocks.length - 1, blockType: type, toolName: type === 'tool_use' ? name : null, text }
  }

  #measure(more: number): void {
    this.#characters += more
    if (this.#characters > mostCharacters) throw new AnswerBrokenError('sent an answer without an end')
  }

  /** What is not counted anew keeps its count. */
  #count({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Counted): void {
    const was = this.#counted
    this.#counted = {
      inputTokens: inputTokens ?? was.inputTokens,
      outputTokens: outputTokens ?? was.outputTokens,
      cacheReadTokens: cacheReadTokens ?? was.cacheReadTokens,
      cacheWriteTokens: cacheWriteTokens ?? was.cacheWriteTokens,
    }
  }

  /** A server without a cache does not count one; one that leaves the rest out has not counted at all. */
  #tokens(): Tokens | null {
    const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = this.#counted
    if (inputTokens === undefined || outputTokens === undefined) return null
    return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }
  }
}

const typeOf = { text: 'text', thinking: 'thinking', signature: 'thinking', input: 'tool_use' } as const

/** Blank text and empty thoughts say nothing, and are not taken back by servers. */
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
