import type { RecordedEvent } from '../kernel/index.ts'
import type { AgentSessionEventOf } from './events.ts'
import type { SessionView } from './views.ts'

type SpawnRequested = Pick<RecordedEvent, 'metadata' | 'revision' | 'position'> & {
  readonly data: AgentSessionEventOf<'AgentSpawnRequested'>['data']
}

/** A session's first fact as the view of it: where every fold of a session begins, in the read model and on the page. */
export function newSessionView({ data, metadata, revision, position }: SpawnRequested): SessionView {
  const { runtime, workplace, ...assignment } = data
  const [repository, baseBranch] =
    workplace.kind === 'worktree' ? [workplace.repository, workplace.baseBranch] : [null, null]
  return {
    ...assignment,
    runtime: runtime.kind,
    modelProvider: runtime.modelProvider,
    model: runtime.model,
    repository,
    baseBranch,
    workspaceId: metadata.workspaceId,
    sandbox: null,
    worktree: null,
    branch: null,
    baseCommit: null,
    headCommit: null,
    commits: 0,
    status: 'spawning',
    pending: null,
    waiting: null,
    killReceipt: [],
    killProof: null,
    failure: null,
    summary: null,
    requestedAt: metadata.occurredAt,
    startedAt: null,
    endedAt: null,
    lastActivityAt: metadata.occurredAt,
    turns: 0,
    messages: 0,
    toolCalls: 0,
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 },
    lastMessage: null,
    revision,
    position,
  }
}
