import type { ContentBlock } from '@mosaic/contracts/agent-session'

/** What the API takes back as a call's id. */
const acceptable = /^[a-zA-Z0-9_-]{1,128}$/

/**
 * A message whose tool calls have ids that no other call of the session has: servers number them anew in every answer,
 * repeat one within an answer, or leave them out. A call that is one of its kind keeps the id that it came with.
 */
export function withOwnIds(
  content: readonly ContentBlock[],
  { turn, used }: { readonly turn: number; readonly used: ReadonlySet<string> },
): ContentBlock[] {
  const taken = new Set(used)
  return content.map((block, index) => {
    if (block.type !== 'tool_use') return block
    const id = acceptable.test(block.id) && !taken.has(block.id) ? block.id : freeId(`call-${turn}-${index}`, taken)
    taken.add(id)
    return { ...block, id }
  })
}

function freeId(wished: string, taken: ReadonlySet<string>): string {
  let id = wished
  for (let more = 2; taken.has(id); more++) id = `${wished}-${more}`
  return id
}
