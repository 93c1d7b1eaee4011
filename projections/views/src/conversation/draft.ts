import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { LiveFrame } from '@mosaic/contracts/messaging'

export type Delta = Extract<LiveFrame, { kind: 'delta' }>

/** A block of what an agent is saying right now. */
export type DraftBlock = {
  readonly type: ContentBlock['type']
  readonly toolName: string | null
  readonly text: string
  /** How much of the block has been sent, whether it was seen here or not. */
  readonly received: number
  /** Something of it was not seen here: `text` says where with an ellipsis. */
  readonly hasGaps: boolean
}

export const emptyBlock: DraftBlock = { type: 'text', toolName: null, text: '', received: 0, hasGaps: false }

/** Folds one frame in. Frames may be lost, overlap or come again: what was sent before is not said twice. */
export function addDelta(block: DraftBlock, { blockType: type, toolName, offset, text }: Delta): DraftBlock {
  const missed = offset > block.received
  const fresh = text.slice(Math.max(0, block.received - offset))
  const known = { ...block, type, toolName: toolName ?? block.toolName }
  if (fresh === '' && !missed) return known
  return {
    ...known,
    text: block.text + (missed ? `… ${fresh}` : fresh),
    received: offset + text.length,
    hasGaps: block.hasGaps || missed,
  }
}
