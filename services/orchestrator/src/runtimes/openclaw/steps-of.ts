import type { ContentBlock, Usage } from '@mosaic/contracts/agent-session'
import type { CommandOf, HistoryStep } from '../../domain/agent-session/index.ts'
import { shorten } from '../../tools/index.ts'
import type { Heard } from './heard.ts'
import { type At, callIdOf, gatewayCallOf, messageIdOf, sentFrom } from './names.ts'
import { type HistoryRow, textOf, thinkingOf, toolCallOf } from './protocol.ts'
import type { GatewayMessage } from './rows.ts'

/** Of one message, of one tool's input and of its output, in characters. */
const [mostSaid, mostAsked, mostShown] = [200_000, 100_000, 60_000]
const cutOff = 'The agent went on without telling what came of this.'

type Where = At & {
  readonly heard: Heard
  /** Whether a message was sent from here. */
  readonly isOurs: (messageId: string) => boolean
  /** Of the session so far. */
  readonly turn: number
  readonly toolCallId: string | null
  /** What was said before is told, and not counted as spent here. */
  readonly countsFrom: number
}

type Open = { readonly id: string; readonly name: string; readonly at: number }
type ToolUse = Extract<ContentBlock, { type: 'tool_use' }>

/** Makes facts of the messages that the log does not have yet, in their order. */
export class StepsOf {
  readonly steps: HistoryStep[] = []
  readonly #where: Where
  readonly #calls: Map<string, Open>
  #turn: number
  #open: Open | undefined

  constructor(where: Where) {
    this.#where = where
    this.#turn = where.turn
    this.#calls = new Map(Array.from(where.heard.calls, ([call, id]) => [call, { id, name: call, at: 0 }]))
    if (where.toolCallId !== null) this.#open = { id: where.toolCallId, name: 'tool', at: 0 }
  }

  /** @param messages in order; results of tools stand after the newest message that is known */
  take(messages: readonly GatewayMessage[]): readonly HistoryStep[] {
    const known = messages.findLastIndex(({ id, rows }) => !isResult(rows) && this.#isKnown(id, rows))
    for (const [index, { id, rows }] of messages.entries()) {
      if (isResult(rows)) {
        if (index > known) for (const row of rows) this.#result(id, row)
      } else if (!this.#isKnown(id, rows)) this.#message(id, rows)
    }
    return this.steps
  }

  /** Also what was sent from here: it is in the log as that. */
  #isKnown(id: string, rows: readonly HistoryRow[]): boolean {
    const { heard, isOurs } = this.#where
    if (heard.messages.has(messageIdOf(this.#where, id))) return true
    const sent = sentFrom(rows[0]?.idempotencyKey)
    return sent !== undefined && isOurs(sent)
  }

  #message(id: string, rows: readonly HistoryRow[]): void {
    const [first] = rows
    if (!first) return
    const messageId = messageIdOf(this.#where, id)
    const role = roleOf(first)
    if (role === 'agent') {
      this.#turn += 1
      this.#cutOff()
    }
    const content = rows.flatMap((row) => contentOf(row, messageId))
    if (content.length === 0) return
    const last = rows.findLast((row) => row.stopReason ?? row.usage) ?? first
    this.steps.push({
      type: 'RecordMessage',
      messageId,
      turn: this.#turn,
      role,
      content,
      usage: role === 'agent' ? this.#usage(rows) : null,
      stopReason: role === 'agent' ? (stopReasons[last.stopReason ?? ''] ?? last.stopReason ?? null) : null,
      model: last.model ?? null,
    })
    const calls = content.filter((block): block is ToolUse => block.type === 'tool_use')
    for (const { id: callId, name } of calls) {
      this.#calls.set(gatewayCallOf(callId), { id: callId, name, at: first.timestamp ?? 0 })
    }
    // Of several the log has one after the other, whatever runs side by side there.
    const [only] = calls
    if (only && calls.length === 1 && role === 'agent') this.#invoke(only.id, only.name, only.input, first.timestamp)
  }

  #result(id: string, row: HistoryRow): void {
    const known = this.#calls.get(row.toolCallId ?? '')
    const name = row.toolName ?? known?.name ?? 'tool'
    const call = known ?? { id: callIdOf(row.toolCallId ?? 'call', messageIdOf(this.#where, id)), name, at: 0 }
    if (this.#where.heard.completed.has(call.id)) return
    if (this.#open?.id !== call.id) {
      this.#cutOff()
      this.#invoke(call.id, name, {}, call.at)
    }
    const output = shorten(plainText(row), mostShown).text
    this.#complete({ id: call.id, name, at: call.at }, { output, isError: row.isError ?? false }, row.timestamp)
  }

  #invoke(toolCallId: string, name: string, input: ToolUse['input'], at: number | undefined): void {
    this.steps.push({ type: 'InvokeTool', toolCallId, turn: this.#turn, name, input })
    this.#open = { id: toolCallId, name, at: at ?? 0 }
  }

  #cutOff(): void {
    if (this.#open) this.#complete(this.#open, { output: cutOff, isError: true, interrupted: true }, undefined)
  }

  #complete(
    { id, name, at }: Open,
    outcome: Pick<CommandOf<'CompleteTool'>, 'output' | 'isError'> & { readonly interrupted?: boolean },
    endedAt: number | undefined,
  ): void {
    const durationMs = at > 0 && endedAt !== undefined ? Math.max(0, endedAt - at) : 0
    const { interrupted = false, ...how } = outcome
    this.steps.push({ type: 'CompleteTool', toolCallId: id, turn: this.#turn, name, ...how, durationMs, interrupted })
    this.#where.heard.completed.add(id)
    this.#open = undefined
  }

  #usage(rows: readonly HistoryRow[]): Usage | null {
    const counted = rows.find(({ usage }) => usage)
    if (!counted?.usage || (counted.timestamp ?? 0) < this.#where.countsFrom) return null
    const { input, output, cacheRead = 0, cacheWrite = 0, cost } = counted.usage
    const tokens = {
      inputTokens: input,
      outputTokens: output,
      cacheReadTokens: cacheRead,
      cacheWriteTokens: cacheWrite,
    }
    return { ...tokens, costUsd: cost?.total ?? null }
  }
}

/** As our own agents' turns end. */
const stopReasons: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  toolUse: 'tool_use',
  length: 'max_tokens',
  aborted: 'pause_turn',
}

const isResult = (rows: readonly HistoryRow[]): boolean => rows[0]?.role === 'toolResult'

function roleOf({ role, __openclaw: about }: HistoryRow): 'agent' | 'user' | 'system' {
  if (about?.kind !== undefined) return 'system'
  if (role === 'assistant') return 'agent'
  return role === 'user' ? 'user' : 'system'
}

function contentOf(row: HistoryRow, messageId: string): ContentBlock[] {
  const blocks = typeof row.content === 'string' ? [{ type: 'text', text: row.content }] : (row.content ?? [])
  const content = blocks.flatMap((block) => blockOf(block, messageId))
  if (content.length > 0) return content
  const instead = row.errorMessage ?? (row.__openclaw?.kind && `(${row.__openclaw.kind})`)
  return instead ? [{ type: 'text', text: instead }] : []
}

function blockOf(block: unknown, messageId: string): ContentBlock[] {
  const text = textOf.safeParse(block).data
  if (text) return text.text === '' ? [] : [{ type: 'text', text: shorten(text.text, mostSaid).text }]
  const thought = thinkingOf.safeParse(block).data
  if (thought) {
    return thought.thinking === '' ? [] : [{ type: 'thinking', thinking: shorten(thought.thinking, mostSaid).text }]
  }
  const call = toolCallOf.safeParse(block).data
  if (!call) return [{ type: 'text', text: '(something that is shown at the gateway alone)' }]
  return [{ type: 'tool_use', id: callIdOf(call.id, messageId), name: call.name, input: inputOf(call.arguments ?? {}) }]
}

function inputOf(input: Record<string, unknown>): ToolUse['input'] {
  const json = JSON.stringify(input)
  return json.length <= mostAsked ? input : { cut: shorten(json, mostShown).text }
}

const plainText = ({ content = '' }: HistoryRow): string =>
  typeof content === 'string'
    ? content
    : content.map((block) => textOf.safeParse(block).data?.text ?? '(something that is no text)').join('\n')
