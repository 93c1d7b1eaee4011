import type { ContentBlock, ConversationEntry, MessageRole } from '@mosaic/contracts/agent-session'
import { noticeOf } from '@mosaic/client'
import pc from 'picocolors'
import { clockTime, duration, harmless, oneLine } from './text.ts'

const roleColours: Record<MessageRole, (text: string) => string> = {
  agent: pc.green,
  user: pc.cyan,
  system: pc.dim,
  operator: pc.yellow,
}

/** Who speaks, as the heading of what is said. An operator is tagged as in the console. */
export function heading(role: MessageRole, at: string, name?: string): string {
  const who = role === 'operator' ? `[OPERATOR] ${name ?? ''}`.trim() : role
  return `${roleColours[role](pc.bold(who))} ${pc.dim(clockTime(at))}`
}

/** What was said, thoughts dimmed. Tool calls are told by their own entries. */
function contentText(blocks: readonly ContentBlock[]): string {
  return blocks
    .flatMap((block) => {
      if (block.type === 'text') return [harmless(block.text)]
      return block.type === 'thinking' ? [pc.dim(harmless(block.thinking))] : []
    })
    .join('\n')
    .trim()
}

/** One thing that was said. The system's part is long and always there: only that it was given is told. */
export function messageText(message: {
  role: MessageRole
  content: readonly ContentBlock[]
  at: string
  name?: string | undefined
}): string {
  const text = contentText(message.content)
  if (message.role !== 'system') return text && `${heading(message.role, message.at, message.name)}\n${text}`
  return aside(`system prompt (${text.split('\n').length} lines)`)
}

type ToolCall = {
  readonly name: string
  readonly input: Record<string, unknown>
  readonly output: string | null
  readonly isError: boolean | null
  readonly durationMs: number | null
}

/** How much is told of a tool call: a line, or all of its input and output. */
export type Detail = 'line' | 'full'

export const toolText = (call: ToolCall, detail: Detail): string =>
  detail === 'line' ? toolLine(call) : [callLine(call), ...partsOf(call)].join('\n')

/**
 * A tool call on one line: its name, what it was given and how it went. Of a refusal more is told, since what a person
 * can do about it comes last: of a secret, the command that allows it.
 */
function toolLine(call: ToolCall): string {
  const isRefusal = call.isError && /^[A-Z_]+: /.test(call.output ?? '')
  const output = call.output ? `\n    ${pc.dim(oneLine(call.output, isRefusal ? 600 : 140))}` : ''
  return `${callLine(call, ` ${oneLine(JSON.stringify(call.input), 100)}`)}${output}`
}

function callLine({ name, output, isError, durationMs }: ToolCall, input = ''): string {
  const mark = output === null ? pc.dim('…') : isError ? pc.red('✕') : pc.green('✓')
  return `${mark} ${pc.bold(name)}${input}${durationMs === null ? '' : pc.dim(` ${duration(durationMs)}`)}`
}

const indented = (text: string) => `    ${harmless(text).trimEnd().replaceAll('\n', '\n    ')}`

function partsOf({ input, output }: ToolCall): string[] {
  const fields = Object.entries(input).map(([field, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return text.includes('\n')
      ? `  ${pc.dim(`${harmless(field)}:`)}\n${indented(text)}`
      : `  ${pc.dim(`${harmless(field)}:`)} ${harmless(text)}`
  })
  return output ? [...fields, `  ${pc.dim('output:')}\n${indented(output)}`] : fields
}

export function entryText(entry: ConversationEntry, detail: Detail): string {
  if (entry.kind === 'tool') return toolText(entry, detail)
  if (entry.kind === 'notice') return noticeLine(entry.eventType, entry.data, entry.actorName)
  const text = messageText({ ...entry, at: entry.occurredAt, name: entry.operator?.name })
  return entry.operator?.deliveredAt === null ? `${text}\n${pc.dim('(not delivered yet)')}` : text
}

/** What happened, in one line: the words of the console. */
export function noticeLine(eventType: string, data: Record<string, unknown>, actorName: string | null): string {
  const { text, code, prose } = noticeOf(eventType, data, actorName)
  const told = [text, code && `(${code})`, prose && `: ${prose}`].filter(Boolean).join(' ').replace(' : ', ': ')
  return aside(told)
}

/** A line that nobody says. */
export const aside = (text: string): string => pc.dim(`— ${oneLine(text, 200)}`)
