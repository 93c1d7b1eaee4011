// What the Messages API demands of a conversation beyond its shape, with its own wording, so that an agent loop
// that would be refused in production is refused here too.
import type { CountTokensRequest } from './request.ts'
import { joinRoles } from './request.ts'

/** The first rule that the conversation breaks, as the API would put it. */
export function brokenRule(request: CountTokensRequest): string | undefined {
  const turns = joinRoles(request.messages)
  if (turns[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  if (turns.at(-1)?.role !== 'user') {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.'
  }
  const seen = new Set<string>()
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'assistant') {
      const broken =
        repeatedId(turn.blocks, seen, index) ?? unanswered(turn.blocks, turns[index + 1]?.blocks ?? [], index)
      if (broken !== undefined) return broken
      continue
    }
    const broken = misplaced(turn.blocks, index) ?? unasked(turn.blocks, turns[index - 1]?.blocks ?? [], index)
    if (broken !== undefined) return broken
  }
  return undefined
}

type Blocks = ReturnType<typeof joinRoles>[number]['blocks']

function repeatedId(blocks: Blocks, seen: Set<string>, index: number): string | undefined {
  for (const block of blocks) {
    if (block.type !== 'tool_use') continue
    if (seen.has(block.id)) return `messages.${index}: \`tool_use\` ids must be unique`
    seen.add(block.id)
  }
  return undefined
}

function unanswered(blocks: Blocks, next: Blocks, index: number): string | undefined {
  const answers = new Set(next.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : [])))
  const open = blocks.flatMap((block) => (block.type === 'tool_use' && !answers.has(block.id) ? [block.id] : []))
  if (open.length === 0) return undefined
  return (
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. ` +
    'Each `tool_use` block must have a corresponding `tool_result` block in the next message.'
  )
}

function unasked(blocks: Blocks, previous: Blocks, index: number): string | undefined {
  const asked = new Set(previous.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])))
  const answered = new Set<string>()
  for (const block of blocks) {
    if (block.type !== 'tool_result') continue
    const id = block.tool_use_id
    if (answered.has(id))
      return `messages.${index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`
    answered.add(id)
    if (asked.has(id)) continue
    return (
      `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
      'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.'
    )
  }
  return undefined
}

function misplaced(blocks: Blocks, index: number): string | undefined {
  if (blocks.some((block) => block.type === 'tool_use'))
    return `messages.${index}: \`tool_use\` blocks can only be in assistant messages`
  const firstOther = blocks.findIndex((block) => block.type !== 'tool_result')
  const late = firstOther >= 0 && blocks.slice(firstOther).some((block) => block.type === 'tool_result')
  return late
    ? `messages.${index}: \`tool_result\` blocks must come before all other content of a user message`
    : undefined
}
