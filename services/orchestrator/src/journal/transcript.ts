import type { AgentSessionEvent, AgentSessionEventOf, ContentBlock, Usage } from '@mosaic/contracts/agent-session'
import { compacted, operatorMark } from './compacted.ts'

/** How a tool's answer begins that tells an agent of changes which it has not committed. */
export const uncommittedChanges = 'UNCOMMITTED_CHANGES'

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

export type Told = { readonly turn: number; readonly message: TranscriptMessage }

/** What the model has been told and has said, folded from the session's events: what the next request is made of. */
export type Transcript = {
  readonly system: string | null
  /** Whether the session's own task is among what it was told. */
  readonly isTasked: boolean
  readonly messages: readonly TranscriptMessage[]
  readonly calls: readonly Call[]
  /** Who is to act next: the model, the tools that it called, or nobody (it said its last word). */
  readonly awaiting: 'model' | 'tools' | 'nothing'
  /** The agent's own end: what it gave to `finish`, or its last words. */
  readonly finish: { readonly outcome: 'completed' | 'failed'; readonly summary: string } | null
  /** It wanted to finish and was told of changes that it had not committed, and has committed nothing since. */
  readonly knowsOfChanges: boolean
  readonly lastText: string
  readonly lastStopReason: string | null
  /** Messages in a row that were cut off at the token limit. */
  readonly cutOffs: number
  /** Messages in a row without a word and without a call. */
  readonly silences: number
  /** Of all tool calls that the model has ever made. */
  readonly callIds: ReadonlySet<string>
  /** Tokens that the conversation fills, as the model last counted them; `null` while it has not. */
  readonly contextTokens: number | null
  /** The same where it is exact: counted by the model that is asked now, and nothing has been left out since. */
  readonly countedTokens: number | null
  /** How often it has been made shorter, and whether since the model's last word. */
  readonly compactions: number
  readonly isCompacted: boolean
  /** The messages with the turn that they belong to; 0 is the task. */
  readonly told: readonly Told[]
  /** The answer to a question, once the agent has it. */
  answerTo(questionId: string): { answer: string; answeredBy: 'operator' | 'default' } | undefined
}

/** Folds a session's events, in order, into its transcript. Events that the model never hears of change nothing. */
export class TranscriptFold implements Transcript {
  system: string | null = null
  isTasked = false
  told: Told[] = []
  calls: Call[] = []
  finish: Transcript['finish'] = null
  knowsOfChanges = false
  lastText = ''
  lastStopReason: string | null = null
  cutOffs = 0
  silences = 0
  contextTokens: number | null = null
  countedTokens: number | null = null
  compactions = 0
  isCompacted = false
  readonly callIds = new Set<string>()
  #spoken = true
  #injected = new Map<string, { text: string; operatorName: string }>()
  #answers = new Map<string, { answer: string; answeredBy: 'operator' | 'default' }>()

  get messages(): TranscriptMessage[] {
    return this.told.map(({ message }) => message)
  }

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
      case 'ContextCompacted':
        return this.#compacted(event.data)
      case 'ModelChanged':
        this.told = this.told.map(unsigned)
        this.countedTokens = null
        return
      case 'ToolInvoked':
        return void this.#setState(event.data.toolCallId, 'open', 'running')
      case 'ToolCompleted':
        return this.#completed(event.data)
      case 'CommitRecorded':
        this.knowsOfChanges = false
        return
      case 'OperatorMessageInjected':
        return void this.#injected.set(event.data.messageId, event.data)
      case 'OperatorMessageDelivered':
        return this.#delivered(event.data)
      case 'OperatorQuestionExpired':
        return void this.#answers.set(event.data.questionId, { answer: event.data.answer, answeredBy: 'default' })
    }
  }

  /** The conversation of a session that goes on where this one ended. What was under way is told as cut off. */
  continued(): TranscriptFold {
    const next = new TranscriptFold()
    // Another model may go on with it.
    next.told = this.told.map((told) => ({ ...structuredClone(unsigned(told)), turn: 0 }))
    next.contextTokens = this.contextTokens
    for (const id of this.callIds) next.callIds.add(id)
    for (const { id, state } of this.calls) {
      const content = 'Cut off: the session ended before this was done. It may have been done in part.'
      if (state !== 'done') next.#tell({ type: 'tool_result', tool_use_id: id, content, is_error: true }, 0)
    }
    return next
  }

  #message({ role, content, usage, stopReason, turn }: AgentSessionEventOf<'MessageRecorded'>['data']) {
    const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
    if (role === 'system') this.system = text
    else if (role !== 'agent') {
      this.isTasked = true
      this.#tell({ type: 'text', text }, turn)
    } else {
      // The API takes no blank text, and no message that has nothing but thoughts.
      const said = content.filter((block) => block.type !== 'text' || block.text.trim() !== '')
      const isSilent = said.every(({ type }) => type === 'thinking')
      if (!isSilent) this.told.push({ turn, message: { role: 'assistant', content: said } })
      this.silences = isSilent ? this.silences + 1 : 0
      this.isCompacted = false
      if (usage) this.contextTokens = contextOf(usage)
      this.countedTokens = usage && contextOf(usage)
      this.calls = content.flatMap((block) =>
        block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input, turn, state: 'open' }] : [],
      )
      for (const { id } of this.calls) this.callIds.add(id)
      this.#spoken = false
      this.lastText = text.trim() || this.lastText
      this.lastStopReason = stopReason
      this.cutOffs = stopReason === 'max_tokens' ? this.cutOffs + 1 : 0
    }
  }

  #completed({ toolCallId, output, isError, turn }: AgentSessionEventOf<'ToolCompleted'>['data']) {
    const call = this.#setState(toolCallId, 'running', 'done')
    this.#tell({ type: 'tool_result', tool_use_id: toolCallId, content: output, is_error: isError }, turn)
    if (call?.name !== 'finish') return
    if (isError) this.knowsOfChanges ||= output.startsWith(uncommittedChanges)
    else {
      const outcome = call.input['outcome'] === 'failed' ? 'failed' : 'completed'
      this.finish = { outcome, summary: typeof call.input['summary'] === 'string' ? call.input['summary'] : '' }
    }
  }

  #compacted(data: AgentSessionEventOf<'ContextCompacted'>['data']) {
    this.told = compacted(this.told, data)
    this.contextTokens = data.tokensAfter
    this.countedTokens = null
    this.compactions += 1
    this.isCompacted = true
  }

  #delivered({ messageId, questionId, turn }: AgentSessionEventOf<'OperatorMessageDelivered'>['data']) {
    const message = this.#injected.get(messageId)
    if (!message) return
    this.#injected.delete(messageId)
    if (questionId !== null) this.#answers.set(questionId, { answer: message.text, answeredBy: 'operator' })
    const isResult = this.calls.some(({ id, state }) => id === questionId && state !== 'done')
    if (!isResult) this.#tell({ type: 'text', text: `${operatorMark} ${message.operatorName}]\n${message.text}` }, turn)
  }

  /** Old logs have calls of one id in one message: they are gone through in their order. */
  #setState(callId: string, from: Call['state'], to: Call['state']): Call | undefined {
    const call = this.calls.find(({ id, state }) => id === callId && state === from)
    if (call) call.state = to
    return call
  }

  #tell(block: ToolResult | { type: 'text'; text: string }, turn: number) {
    this.#spoken = true
    const last = this.told.at(-1)?.message
    if (last?.role === 'user') last.content.push(block)
    else this.told.push({ turn, message: { role: 'user', content: [block] } })
  }
}

/** A thought is signed for the model that had it; others refuse it. */
function unsigned(told: Told): Told {
  const { message, turn } = told
  if (message.role === 'user') return told
  const content = message.content.map((block) =>
    block.type === 'thinking' ? { type: block.type, thinking: block.thinking } : block,
  )
  return { turn, message: { role: message.role, content } }
}

/** All that the model read for its answer, and the answer: what the next call begins with. */
const contextOf = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens
