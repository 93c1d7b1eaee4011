import type { ContentBlock, ConversationEntry } from '@mosaic/contracts/agent-session'
import type { StreamFrame } from '@mosaic/contracts/http'
import { systemClock, foldEvent, type RecordedEvent } from '@mosaic/contracts/kernel'
import { isQuiet } from '@mosaic/client'
import {
  addDelta,
  conversationView,
  type Delta,
  type DraftBlock,
  emptyBlock,
  type SessionEvent,
  sessionEventOf,
} from '@mosaic/views'
import { aside, type Detail, heading, messageText, noticeLine, toolText } from './conversation.ts'
import { harmless } from './text.ts'

type MessageEntry = Extract<ConversationEntry, { kind: 'message' }>

/**
 * A session's stream as text, as it comes in. With `wordByWord` the agent's words are written while it speaks; the
 * message that follows then adds only what had not been seen.
 */
export function createLiveConversation(
  write: (text: string) => void,
  options: { wordByWord: boolean; detail?: Detail },
) {
  const { detail = 'line' } = options
  /** What a later fact may complete: tool calls that run, and what operators said. */
  const open = new Map<string, ConversationEntry>()
  let speaking: { messageId: string; blocks: Map<number, DraftBlock> } | undefined

  const endLine = () => {
    if (speaking) write('\n')
    speaking = undefined
  }
  const line = (text: string) => {
    if (text === '') return
    endLine()
    write(`${text}\n`)
  }

  const onDelta = (delta: Delta, at: string) => {
    if (delta.blockType !== 'text') return
    if (speaking?.messageId !== delta.messageId) {
      // Joined in the middle: the whole message comes with its event.
      if (delta.offset > 0) return
      endLine()
      write(`${heading('agent', at)}\n`)
      speaking = { messageId: delta.messageId, blocks: new Map() }
    }
    const { blocks } = speaking
    const before = blocks.get(delta.block) ?? emptyBlock
    const after = addDelta(before, delta)
    // What comes after a gap is written with the whole message.
    if (after.hasGaps) return
    if (before === emptyBlock && blocks.size > 0) write('\n')
    write(harmless(after.text.slice(before.text.length)))
    blocks.set(delta.block, after)
  }

  const finishSpeaking = (content: readonly ContentBlock[], blocks: ReadonlyMap<number, DraftBlock>) => {
    const missed = content.map((block, index) =>
      block.type === 'text' ? harmless(block.text.slice(blocks.get(index)?.text.length)) : '',
    )
    write(missed.join(''))
    endLine()
  }

  const onMessage = (entry: MessageEntry, event: SessionEvent) => {
    if (event.type === 'OperatorMessageDelivered') line(noticeLine(event.type, {}, null))
    else if (speaking?.messageId === entry.messageId) finishSpeaking(entry.content, speaking.blocks)
    else line(messageText({ ...entry, at: entry.occurredAt, name: entry.operator?.name }))
  }

  const onEntry = (entry: ConversationEntry, event: SessionEvent) => {
    if (entry.kind === 'message') onMessage(entry, event)
    else if (entry.kind === 'tool') line(entry.output === null ? '' : toolText(entry, detail))
    // Without its beginning, a call that is over is told by what its end says of it.
    else if (event.type === 'ToolCompleted') line(toolText({ ...event.data, input: {} }, detail))
    else if (!isQuiet(entry.eventType, entry.data) && entry.eventType !== 'ModelCallRelayed')
      line(noticeLine(entry.eventType, entry.data, entry.actorName))
  }

  const onEvent = (recorded: RecordedEvent) => {
    const event = sessionEventOf(recorded)
    if (!event) return line(aside(`${recorded.type} cannot be read here`))
    const key = conversationView.keyOf(event).join(' ')
    const before = open.get(key)
    const entry = foldEvent(conversationView, before, event)
    if (!entry || entry === before) return
    if (entry.kind === 'tool' ? entry.output === null : entry.role === 'operator') open.set(key, entry)
    else open.delete(key)
    onEntry(entry, event)
  }

  return (frame: StreamFrame): void => {
    if (frame.type === 'event') onEvent(frame.event)
    else if (frame.type === 'problem') line(aside(`stream interrupted: ${frame.problem.detail}`))
    else if (frame.type === 'live' && options.wordByWord && frame.frame.kind === 'delta')
      onDelta(frame.frame, systemClock.now().toISOString())
    else if (frame.type === 'live' && frame.frame.kind === 'aborted') endLine()
  }
}
