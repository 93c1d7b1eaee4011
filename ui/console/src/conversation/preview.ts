import type { ContentBlock } from '@mosaic/contracts/agent-session'

const longest = 200

/** One line of what a message says. */
export function previewOf(content: readonly ContentBlock[]): string {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, longest)
}
