import type { AgentSessionEvent, ContentBlock, Usage } from '@mosaic/contracts/agent-session'

/** A tool call of the model's last message. `running`: it was invoked and its result is not in the log yet. */
export type Call = {
  readonly id: string
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  readonly turn: number
  state: 'open' | 'running' | 'done'
}

export type ToolResult = { type: 'tool_result'; tool_use_id: string; content: string; is_error: boolean }
export type TranscriptMessage =
  | { role: 'assistant'; content: ContentBlock[] }
  | { role: 'user'; content: (ToolResult | { type: 'text'; text: string })[] }

/** What the model has been told and has said, folded from the session's events: what the next request is made of. */
export type Transcript = {
  readonly system: string | null
  readonly messages: readonly TranscriptMessage[]
  readonly calls: readonly Call[]
  /** Who is to act next: the model, the tools that it called, or nobody (it said its last word). */
  readonly awaiting: 'model' | 'tools' | 'nothing'
  /** The agent's own end: what it gave to `finish`, or its last words. */
  readonly finish: { readonly outcome: 'completed' | 'failed'; readonly summary: string } | null
  readonly lastText: string
  readonly lastStopReason: string | null
  /** Messages in a row that were cut off at the token limit. */
  readonly cutOffs: number
  readonly usage: Usage
  /** The answer to a question, once the agent has it. */
  answerTo(questionId: string): { answer: string; answeredBy: 'operator' | 'default' } | undefined
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 }

/** Folds a session's events, in order, into its transcript. Events that the model never hears of change nothing. */
export class TranscriptFold implements Transcript {
  system: string | null = null
  messages: TranscriptMessage[] = []
  calls: Call[] = []
  finish: Transcript['finish'] = null
  lastText = ''
  lastStopReason: string | null = null
  cutOffs = 0
  usage: Usage = noUsage
  #spoken = true
  #injected = new Map<string, { text: string; operatorName: string }>()
  #answers = new Map<string, { answer: string; answeredBy: 'operator' | 'default' }>()

  get awaiting(): Transcript['awaiting'] {
    if (this.calls.some(({ state }) => state !== 'done')) return 'tools'
    return this.#spoken ? 'model' : 'nothing'
  }

  answerTo(questionId: string) {
    return this.#answers.get(questionId)
  }

  apply(event: AgentSessionEvent): void {
    switch (event.type) {
      case 'MessageRecorded':
        return this.#message(event.data)
      case 'ToolInvoked':
        return this.#setState(event.data.toolCallId, 'running')
      case 'ToolCompleted':
        return this.#completed(event.data)
      case 'OperatorMessageInjected':
        return void this.#injected.set(event.data.messageId, event.data)
      case 'OperatorMessageDelivered':
        return this.#delivered(event.data)
      case 'OperatorQuestionExpired':
        return void this.#answers.set(event.data.questionId, { answer: event.data.answer, answeredBy: 'default' })
    }
  }

  #message({
    role,
    content,
    usage,
    stopReason,
    turn,
  }: Extract<AgentSessionEvent, { type: 'MessageRecorded' }>['data']) {
    const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
    if (role === 'system') this.system = text
    else if (role !== 'agent') this.#tell({ type: 'text', text })
    else {
      // The API takes no empty messages and no empty text.
      const said = content.filter((block) => block.type !== 'text' || block.text !== '')
      if (said.length > 0) this.messages.push({ role: 'assistant', content: said })
      this.calls = content.flatMap((block) =>
        block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input, turn, state: 'open' }] : [],
      )
      this.#spoken = false
      this.lastText = text || this.lastText
      this.lastStopReason = stopReason
      this.cutOffs = stopReason === 'max_tokens' ? this.cutOffs + 1 : 0
    }
    if (usage) this.usage = sum(this.usage, usage)
  }

  #completed(data: Extract<AgentSessionEvent, { type: 'ToolCompleted' }>['data']) {
    const call = this.calls.find(({ id }) => id === data.toolCallId)
    this.#setState(data.toolCallId, 'done')
    this.#tell({
      type: 'tool_result',
      tool_use_id: data.toolCallId,
      content: data.output,
      is_error: data.isError,
    })
    if (call?.name === 'finish' && !data.isError) {
      const outcome = call.input['outcome'] === 'failed' ? 'failed' : 'completed'
      this.finish = { outcome, summary: typeof call.input['summary'] === 'string' ? call.input['summary'] : '' }
    }
  }

  #delivered({ messageId, questionId }: { messageId: string; questionId: string | null }) {
    const message = this.#injected.get(messageId)
    if (!message) return
    this.#injected.delete(messageId)
    if (questionId !== null && this.calls.some(({ id, state }) => id === questionId && state !== 'done')) {
      this.#answers.set(questionId, { answer: message.text, answeredBy: 'operator' })
    } else this.#tell({ type: 'text', text: `[OPERATOR ${message.operatorName}]\n${message.text}` })
  }

  #setState(callId: string, state: Call['state']) {
    const call = this.calls.find(({ id }) => id === callId)
    if (call) call.state = state
  }

  #tell(block: ToolResult | { type: 'text'; text: string }) {
    this.#spoken = true
    const last = this.messages.at(-1)
    if (last?.role === 'user') last.content.push(block)
    else this.messages.push({ role: 'user', content: [block] })
  }
}

const sum = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  costUsd: a.costUsd + b.costUsd,
})
