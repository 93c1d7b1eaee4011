import type { AgentSessionEventOf } from '@mosaic/contracts/agent-session'
import type { Told, ToolResult, TranscriptMessage } from './transcript.ts'

type Compaction = Pick<AgentSessionEventOf<'ContextCompacted'>['data'], 'throughTurn' | 'how'>
type UserBlock = Extract<TranscriptMessage, { role: 'user' }>['content'][number]

/** How an operator's words begin, as the model is given them. */
export const operatorMark = '[OPERATOR'
const summaryMark = '[SUMMARY OF YOUR WORK SO FAR]'

/** Results below this many characters are kept: leaving them out would say as much. */
const shortResult = 300

/** What the model is told once a conversation has been made shorter. The task and what operators have said stay. */
export const compacted = (told: readonly Told[], compaction: Compaction): Told[] =>
  compaction.how.kind === 'results-elided'
    ? told.map((one) => elided(one, compaction.throughTurn))
    : summarised(told, compaction.throughTurn, compaction.how.summary)

/** How many characters of a message the model is told, near enough. */
export const charactersOf = (told: readonly Told[]): number =>
  told.reduce((sum, { message }) => sum + JSON.stringify(message.content).length, 0)

function elided({ turn, message }: Told, throughTurn: number): Told {
  if (message.role === 'assistant' || turn > throughTurn) return { turn, message }
  return { turn, message: { role: 'user', content: message.content.map(withoutResult) } }
}

function withoutResult(block: UserBlock): UserBlock {
  if (block.type !== 'tool_result' || block.content.length <= shortResult) return block
  return { ...block, content: `[left out for want of room: ${block.content.length} characters]` } satisfies ToolResult
}

function summarised(told: readonly Told[], throughTurn: number, summary: string): Told[] {
  const [task, ...later] = told
  if (task?.message.role !== 'user') return [...told]
  const older = later.filter(({ turn }) => turn <= throughTurn)
  const operators = older.flatMap(({ message }) => (message.role === 'user' ? message.content.filter(isOperators) : []))
  const before = task.message.content.filter((block) => !(block.type === 'text' && block.text.startsWith(summaryMark)))
  const content = [...before, { type: 'text' as const, text: `${summaryMark}\n${summary}` }, ...operators]
  return [{ turn: 0, message: { role: 'user', content } }, ...later.filter(({ turn }) => turn > throughTurn)]
}

const isOperators = (block: UserBlock) => block.type === 'text' && block.text.startsWith(operatorMark)
