import type { ContentBlock } from '@mosaic/contracts/agent-session'

const longest = 200

/** The beginning of a text on one line, as lists show it. Never half of a character that takes two units. */
export const previewLine = (text: string): string =>
  text
    // A huge text is not worked through for a line of it.
    .slice(0, 4 * longest)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed()

/** One line of what a message says; without a word, the names of the tools that it calls. */
export function previewOf(content: readonly ContentBlock[]): string {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
  const said = text.trim() || content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : [])).join(', ')
  return previewLine(said)
}
