import type { SessionView } from '@mosaic/contracts/agent-session'
import { sessionView } from '@mosaic/views'

const sessionId = '01900000-0000-7000-8000-000000000001'

/** A session that has just been asked for, with fields of choice. */
export function sessionWith(fields: Partial<SessionView> = {}): SessionView {
  const asked = sessionView.begin({
    type: 'AgentSpawnRequested',
    data: {
      sessionId,
      parentSessionId: null,
      predecessor: null,
      missionId: '01900000-0000-7000-8000-0000000000aa',
      taskId: '01900000-0000-7000-8000-0000000000bb',
      taskSource: 'internal',
      agentType: 'worker',
      name: 'fixer',
      task: 'Make the failing test pass',
      runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:demo', maxTurns: 200 },
      workplace: { kind: 'worktree', repository: '/srv/shop', baseBranch: 'main', sandbox: null },
      quality: { profile: 'standard', yolo: false },
      reviews: null,
      budget: null,
      approvals: null,
      network: null,
      skills: null,
      labels: [],
      externalKey: null,
      timeoutSeconds: null,
    },
    revision: 0,
    position: '1000',
    metadata: {
      workspaceId: 'default',
      actor: { kind: 'system', id: 'orchestrator' },
      occurredAt: '2026-01-01T00:00:00.000Z',
    },
  })
  return { ...asked!, ...fields }
}
