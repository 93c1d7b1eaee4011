import { randomUUID } from 'node:crypto'
import type { AttemptSpec } from '@mosaic/contracts/task'
import type { CommandContext, NewEvent } from '@mosaic/event-store'

/** The context of a command that tests give: a new command id, the local operator, a fixed moment. */
export const commandContext = (over: Partial<CommandContext> = {}): CommandContext => ({
  commandId: randomUUID(),
  workspaceId: 'default',
  actor: { kind: 'operator', id: 'local', name: 'Ada' },
  occurredAt: new Date('2026-01-02T03:04:05.678Z'),
  ...over,
})

type DataOf<Type extends NewEvent['type']> = Extract<NewEvent, { type: Type }>['data']

/** A session's first event with sensible data. */
export const spawnRequested = (sessionId: string, over: Partial<DataOf<'AgentSpawnRequested'>> = {}): NewEvent => ({
  type: 'AgentSpawnRequested',
  data: {
    sessionId,
    parentSessionId: null,
    predecessor: null,
    missionId: sessionId,
    taskId: sessionId,
    taskSource: 'internal',
    agentType: 'worker',
    name: 'worker',
    task: 'make the failing test pass',
    runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:hello', maxTurns: 200 },
    workplace: { kind: 'worktree', repository: '/repositories/thing', baseBranch: 'main', sandbox: null },
    quality: null,
    reviews: null,
    budget: null,
    approvals: null,
    network: null,
    skills: null,
    labels: [],
    externalKey: null,
    timeoutSeconds: null,
    ...over,
  },
})

/** A message of a session's agent. */
export const messageRecorded = (
  sessionId: string,
  messageId: string,
  text: string,
  over: Partial<DataOf<'MessageRecorded'>> = {},
): NewEvent => ({
  type: 'MessageRecorded',
  data: {
    sessionId,
    messageId,
    turn: 1,
    role: 'agent',
    content: [{ type: 'text', text }],
    usage: null,
    stopReason: 'end_turn',
    model: 'scripted:hello',
    ...over,
  },
})

/** How the agents of a task are spawned where nothing in particular is asked for. */
export const attemptSpec: AttemptSpec = {
  runtime: 'internal',
  repository: '/code',
  branch: null,
  agentType: 'worker',
  sandbox: null,
  maxTurns: null,
  gates: null,
  yolo: false,
  budget: null,
  approvals: null,
  network: null,
  skills: null,
  labels: [],
  timeoutSeconds: null,
}
