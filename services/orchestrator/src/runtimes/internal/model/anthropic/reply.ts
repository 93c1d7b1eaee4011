import type Anthropic from '@anthropic-ai/sdk'
import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { Delta, Reply } from '../contract.ts'

type Block = { type: 'text' | 'thinking' | 'tool_use'; id: string; name: string; text: string; signature: string }

type Counts = Partial<
  Record<'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens', number | null>
>

/** Puts the events of a streamed message together. Blocks of kinds that Mosaic does not use are left out. */
export class ReplyFold {
  #blocks = new Map<number, Block>()
  #tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
  #stopReason: string | null = null
  #model = ''
  #stopped = false

  /** Folds one event; answers what it adds to what is shown live. */
  apply(event: Anthropic.RawMessageStreamEvent): Delta | undefined {
    switch (event.type) {
      case 'message_start':
        this.#model = event.message.model
        this.#count(event.message.usage)
        return undefined
      case 'content_block_start':
        return this.#start(event.index, event.content_block)
      case 'content_block_delta':
        return this.#delta(event.index, event.delta)
      case 'message_delta':
        this.#stopReason = event.delta.stop_reason ?? null
        this.#count(event.usage)
        return undefined
      case 'message_stop':
        this.#stopped = true
        return undefined
      case 'content_block_stop':
        return undefined
    }
  }

  /** The whole message; `undefined` when the stream ended before it did. */
  finished(): Reply | undefined {
    if (!this.#stopped) return undefined
    // Where the output was cut off, the last call's input is half a JSON text: it was never asked for.
    const cut = this.#stopReason === 'max_tokens' || this.#stopReason === 'model_context_window_exceeded'
    const blocks = [...this.#blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block)
    const whole = blocks.filter((block) => !(cut && block.type === 'tool_use' && block === blocks.at(-1)))
    const content = whole.map(toContent)
    return { content, stopReason: this.#stopReason, model: this.#model, tokens: { ...this.#tokens } }
  }

  #start(index: number, block: Anthropic.RawContentBlockStartEvent['content_block']): Delta | undefined {
    const empty = { id: '', name: '', text: '', signature: '' }
    if (block.type === 'text') this.#blocks.set(index, { ...empty, type: 'text', text: block.text })
    else if (block.type === 'thinking') {
      this.#blocks.set(index, { ...empty, type: 'thinking', text: block.thinking, signature: block.signature })
    } else if (block.type === 'tool_use') {
      this.#blocks.set(index, { ...empty, type: 'tool_use', id: block.id, name: block.name })
      return { block: index, blockType: 'tool_use', toolName: block.name, text: '' }
    }
    return undefined
  }

  #delta(index: number, delta: Anthropic.RawContentBlockDelta): Delta | undefined {
    const block = this.#blocks.get(index)
    if (!block) return undefined
    if (delta.type === 'signature_delta') block.signature += delta.signature
    const text = textOf(delta)
    if (text === '') return undefined
    block.text += text
    return { block: index, blockType: block.type, toolName: block.type === 'tool_use' ? block.name : null, text }
  }

  /** Other gateways leave counts out, or all of them; what is not said has not changed. */
  #count(usage: Counts | undefined) {
    const was = this.#tokens
    this.#tokens = {
      inputTokens: usage?.input_tokens ?? was.inputTokens,
      outputTokens: usage?.output_tokens ?? was.outputTokens,
      cacheReadTokens: usage?.cache_read_input_tokens ?? was.cacheReadTokens,
      cacheWriteTokens: usage?.cache_creation_input_tokens ?? was.cacheWriteTokens,
    }
  }
}

function textOf(delta: Anthropic.RawContentBlockDelta): string {
  if (delta.type === 'text_delta') return delta.text
  if (delta.type === 'thinking_delta') return delta.thinking
  return delta.type === 'input_json_delta' ? delta.partial_json : ''
}

function toContent({ type, id, name, text, signature }: Block): ContentBlock {
  if (type === 'text') return { type, text }
  if (type === 'thinking') return { type, thinking: text, ...(signature && { signature }) }
  return { type, id, name, input: parseInput(text) }
}

/** No input at all is an empty object; input that is no object is given to the tool as it came, to be refused there. */
function parseInput(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  try {
    const input: unknown = JSON.parse(text)
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input }
  } catch {
    // Told to the model by the tool's own check of its input.
  }
  return { invalid_json: text }
}
