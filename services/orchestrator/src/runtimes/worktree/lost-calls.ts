import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { Worktree } from '../../git/index.ts'
import { toolNamed, toolsFor } from '../../tools/index.ts'

type Fact = { readonly event: AgentSessionEvent; readonly revision: number }

/** A call whose effect on the files is gone, though it had come to its end. */
export type LostCall = { readonly toolCallId: string; readonly name: string; readonly shown: string }

const shownLength = 80

/**
 * What was done after the last moment of which the files are there: a worktree that was made anew begins at the branch as it was
 * committed, or at a checkpoint.
 */
export function lostCalls(
  facts: readonly Fact[],
  { spec, work }: Pick<LiveSession, 'spec' | 'work'>,
  { head, restored }: Pick<Worktree, 'head' | 'restored'>,
): LostCall[] {
  const checkpoint = restored?.state === 'restored' ? work.checkpoint?.commit : undefined
  const keptThrough = Math.max(-1, ...facts.map((fact) => revisionKept(fact, { head, checkpoint })))
  const tools = toolsFor(spec)
  const inputs = new Map<string, Readonly<Record<string, unknown>>>()
  const lost: LostCall[] = []
  for (const { event, revision } of facts) {
    if (event.type === 'ToolInvoked') inputs.set(event.data.toolCallId, event.data.input)
    if (event.type !== 'ToolCompleted' || revision <= keptThrough || event.data.interrupted) continue
    const { name, toolCallId } = event.data
    if (!toolNamed(name, tools)?.changesFiles) continue
    lost.push({ toolCallId, name, shown: JSON.stringify(inputs.get(toolCallId) ?? {}).slice(0, shownLength) })
  }
  return lost
}

type Known = { readonly head: string | undefined; readonly checkpoint: string | undefined }

function revisionKept({ event, revision }: Fact, { head, checkpoint }: Known): number {
  if (event.type === 'CommitRecorded') return event.data.commit === head ? revision : -1
  if (event.type === 'CheckpointRecorded') return event.data.commit === checkpoint ? event.data.afterRevision : -1
  return -1
}
