// A request seen as a scenario sees it: who asks, what the task was, and what came back after each turn.
import type { CountTokensRequest, RequestBlock } from '../api/request.ts'
import { joinRoles } from '../api/request.ts'

export interface ToolResult {
  tool: string
  text: string
  isError: boolean
  /** The text as JSON, or the text itself. */
  value: unknown
}

export interface OperatorMessage {
  name: string
  text: string
}

/** Everything that arrived between two turns of the model. */
export interface Incoming {
  said: string
  operator: OperatorMessage[]
  results: ToolResult[]
}

export interface Conversation {
  /** `key: value` lines of the system prompt, such as `agent-type`, `session` and `task-id`. */
  header: Record<string, string>
  /** The first user message without what the operator said in it. */
  task: string
  /** One per turn of the model, the one to be answered last. */
  incoming: Incoming[]
  toolNames: string[]
}

/** Reads a request whose conversation has passed `brokenRule`. */
export function readConversation(request: CountTokensRequest): Conversation {
  const turns = joinRoles(request.messages)
  const incoming = turns.flatMap((turn, index) =>
    turn.role === 'user' ? [readIncoming(turn.blocks, turns[index - 1]?.blocks ?? [])] : [],
  )
  return {
    header: readHeader(request.system),
    task: incoming[0]?.said ?? '',
    incoming,
    toolNames: (request.tools ?? []).map(({ name }) => name),
  }
}

function readHeader(system: CountTokensRequest['system']): Record<string, string> {
  const text = typeof system === 'string' ? system : (system ?? []).map((block) => block.text).join('\n')
  const header: Record<string, string> = {}
  for (const [, key = '', value = ''] of text.matchAll(/^([a-z][a-z-]*): (.*\S)\s*$/gm)) header[key] ??= value
  return header
}

function readIncoming(blocks: RequestBlock[], previous: RequestBlock[]): Incoming {
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []))
  const operator = texts.flatMap((text) => readOperator(text) ?? [])
  return {
    said: texts.filter((text) => !readOperator(text)).join('\n'),
    operator,
    results: previous.flatMap((block) => (block.type === 'tool_use' ? [readResult(block.name, block.id, blocks)] : [])),
  }
}

function readOperator(text: string): OperatorMessage | undefined {
  const found = /^\[OPERATOR(?: ([^\]\n]*))?\]:?\s*([\s\S]*)$/.exec(text)
  return found ? { name: found[1] || 'operator', text: (found[2] ?? '').trim() } : undefined
}

function readResult(tool: string, id: string, blocks: RequestBlock[]): ToolResult {
  const block = blocks.find((candidate) => candidate.type === 'tool_result' && candidate.tool_use_id === id)
  if (block?.type !== 'tool_result') return { tool, text: '', isError: false, value: '' }
  const { content } = block
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('')
  return { tool, text, isError: block.is_error === true, value: parseJson(text) }
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
