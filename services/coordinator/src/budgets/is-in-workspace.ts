import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { BudgetKind, BudgetScope } from '@mosaic/contracts/budget'
import type { StreamFamily } from '@mosaic/contracts/kernel'
import { missionStream } from '@mosaic/contracts/mission'
import { taskStream } from '@mosaic/contracts/task'
import type { FeatureDeps } from '../deps.ts'

const streams: Readonly<Record<Exclude<BudgetKind, 'workspace'>, StreamFamily>> = {
  mission: missionStream,
  task: taskStream,
  session: agentSessionStream,
}

/** Whether there is such a mission, task or session, and it is of this workspace; or it is the workspace itself. */
export async function isInWorkspace(
  { store }: Pick<FeatureDeps, 'store'>,
  { kind, id }: BudgetScope,
  workspaceId: string,
): Promise<boolean> {
  if (kind === 'workspace') return id === workspaceId
  for await (const item of store.readStream(streams[kind].of(id), { limit: 1 })) {
    return item.kind === 'event' && item.event.metadata.workspaceId === workspaceId
  }
  return false
}
