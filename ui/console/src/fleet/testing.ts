import type { AgentSessionEventOf, AgentSessionEventType, SessionView } from '@mosaic/contracts/agent-session'
import type { Actor, RecordedEvent } from '@mosaic/contracts/kernel'
import { agentSessionEvents, agentSessionStream, newSessionView } from '@mosaic/contracts/agent-session'
import { sessionFact } from './session-fact.ts'

export const sessionId = '01900000-0000-7000-8000-000000000001'
const missionId = '01900000-0000-7000-8000-0000000000aa'
const taskId = '01900000-0000-7000-8000-0000000000bb'
const orchestrator: Actor = { kind: 'system', id: 'orchestrator' }

type Data<Type extends AgentSessionEventType> = Omit<AgentSessionEventOf<Type>['data'], 'sessionId'>

/** An event of the test session as it comes over the wire; its second is its revision. */
export function eventOf<Type extends AgentSessionEventType>(
  revision: number,
  type: Type,
  data: Data<Type>,
  actor: Actor = orchestrator,
): RecordedEvent {
  return {
    id: `event-${revision}`,
    type,
    streamId: agentSessionStream.of(sessionId),
    revision,
    position: String(1000 + revision),
    data: { sessionId, ...data },
    metadata: {
      $correlationId: 'correlation',
      $causationId: 'causation',
      commandId: 'command',
      workspaceId: 'default',
      actor,
      occurredAt: new Date(Date.UTC(2026, 0, 1, 0, 0, revision)).toISOString(),
      schemaVersion: agentSessionEvents[type].version,
      instanceId: 'instance',
    },
  }
}

export const factOf = <Type extends AgentSessionEventType>(revision: number, type: Type, data: Data<Type>) =>
  sessionFact(eventOf(revision, type, data))!

/** A session that has just been asked for, with fields of choice. */
export function sessionWith(fields: Partial<SessionView> = {}): SessionView {
  const fact = factOf(0, 'AgentSpawnRequested', {
    parentSessionId: null,
    missionId,
    taskId,
    taskSource: 'internal',
    agentType: 'worker',
    name: 'fixer',
    task: 'Make the failing test pass',
    runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:demo', maxTurns: 200 },
    workplace: { kind: 'worktree', repository: '/srv/shop', baseBranch: 'main', sandbox: null },
  })
  if (fact.type !== 'AgentSpawnRequested') throw new Error('unreachable')
  return { ...newSessionView(fact), ...fields }
}
