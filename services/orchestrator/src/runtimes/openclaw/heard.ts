import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { gatewayCallOf } from './names.ts'

/** What of a conversation elsewhere the log has already. */
export class Heard {
  /** Messages, of the gateway's and of ours. */
  readonly messages = new Set<string>()
  /** By what the gateway calls it: the newest call under that name. */
  readonly calls = new Map<string, string>()
  readonly completed = new Set<string>()

  take(event: AgentSessionEvent): void {
    if (event.type === 'OperatorMessageInjected') this.messages.add(event.data.messageId)
    if (event.type === 'ToolCompleted') this.completed.add(event.data.toolCallId)
    if (event.type !== 'MessageRecorded') return
    this.messages.add(event.data.messageId)
    for (const block of event.data.content) {
      if (block.type === 'tool_use') this.calls.set(gatewayCallOf(block.id), block.id)
    }
  }
}
