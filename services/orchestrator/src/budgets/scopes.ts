import type { BudgetScope } from '@mosaic/contracts/budget'
import type { Member } from './lineage.ts'

/** For whom a session spends that has this line, the narrowest first: sessions, their tasks and missions, the workspace. */
export const scopesOf = (line: readonly Member[], workspaceId: string): BudgetScope[] => [
  ...line.map(({ sessionId }) => ({ kind: 'session' as const, id: sessionId })),
  ...unique(line.map(({ taskId }) => taskId)).map((id) => ({ kind: 'task' as const, id })),
  ...unique(line.map(({ missionId }) => missionId)).map((id) => ({ kind: 'mission' as const, id })),
  { kind: 'workspace', id: workspaceId },
]

const unique = (ids: readonly string[]) => [...new Set(ids)]
