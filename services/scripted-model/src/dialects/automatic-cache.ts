import type { RequestMessage } from '../api/request.ts'

/** Where nobody marks what to cache, all that was sent before is read from the cache: as if the newest message were marked. */
export function automaticallyCached(messages: readonly RequestMessage[]): RequestMessage[] {
  return messages.map((message, index) => {
    if (index < messages.length - 1) return message
    const blocks =
      typeof message.content === 'string' ? [{ type: 'text' as const, text: message.content }] : message.content
    const content = blocks.map((block, at) =>
      at === blocks.length - 1 ? { ...block, cache_control: { type: 'ephemeral' as const } } : block,
    )
    return { ...message, content }
  })
}
