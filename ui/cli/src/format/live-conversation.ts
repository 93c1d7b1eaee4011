import { agentSessionEvents, type AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { StreamFrame } from '@mosaic/contracts/http'
import { parseEvent, type RecordedEvent } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { heading, messageText, noticeLine, toolLine } from './conversation.ts'
import { harmless } from './text.ts'

type Delta = Extract<LiveFrame, { kind: 'delta' }>
type Fact<Type extends AgentSessionEvent['type']> = Extract<AgentSessionEvent, { type: Type }>['data']

/**
 * A session's stream as text, as it comes in. With `wordByWord` the agent's words are written while it speaks; the
 * message that follows then adds only what had not been seen.
 */
export function createLiveConversation(write: (text: string) => void, options: { wordByWord: boolean }) {
  const inputs = new Map<string, Record<string, unknown>>()
  /** The message being spoken and how much of each of its text blocks has been written. */
  let speaking: { messageId: string; written: Map<number, number> } | undefined

  const endLine = () => {
    if (speaking) write('\n')
    speaking = undefined
  }
  const line = (text: string) => {
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
      speaking = { messageId: delta.messageId, written: new Map() }
    }
    const written = speaking.written.get(delta.block) ?? 0
    if (delta.offset !== written) return
    if (written === 0 && speaking.written.size > 0) write('\n')
    write(harmless(delta.text))
    speaking.written.set(delta.block, written + delta.text.length)
  }

  const onMessage = (data: Fact<'MessageRecorded'>, at: string) => {
    if (speaking?.messageId === data.messageId) {
      const { written } = speaking
      const missed = data.content.map((block, index) => {
        const seen = written.get(index) ?? 0
        return block.type === 'text' ? harmless(block.text.slice(seen)) : ''
      })
      write(missed.join(''))
      return endLine()
    }
    const text = messageText({ ...data, at })
    if (text !== '') line(text)
  }

  const onEvent = ({ type, data, metadata }: RecordedEvent) => {
    const parsed = parseEvent(agentSessionEvents, { type, data, schemaVersion: metadata.schemaVersion })
    if (!parsed.ok) return line(noticeLine(type, {}, null))
    const event = { type, data: parsed.data } as AgentSessionEvent
    switch (event.type) {
      case 'MessageRecorded':
        return onMessage(event.data, metadata.occurredAt)
      case 'ToolInvoked':
        inputs.set(event.data.toolCallId, event.data.input)
        return
      case 'ToolCompleted': {
        const input = inputs.get(event.data.toolCallId) ?? {}
        inputs.delete(event.data.toolCallId)
        return line(toolLine({ ...event.data, input }))
      }
      case 'OperatorMessageInjected':
        return line(
          `${heading('operator', metadata.occurredAt, event.data.operatorName)}\n${harmless(event.data.text)}`,
        )
      default:
        return line(noticeLine(event.type, event.data, metadata.actor.name ?? null))
    }
  }

  return (frame: StreamFrame): void => {
    if (frame.type === 'event') onEvent(frame.event)
    else if (frame.type === 'problem') line(noticeLine('stream interrupted', { message: frame.problem.detail }, null))
    else if (frame.type === 'live' && options.wordByWord && frame.frame.kind === 'delta')
      onDelta(frame.frame, new Date().toISOString())
    else if (frame.type === 'live' && frame.frame.kind === 'aborted') endLine()
  }
}
