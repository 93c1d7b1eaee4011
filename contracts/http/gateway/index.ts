import { agentProviderRoutes } from './agent-providers.ts'
import { approvalRoutes } from './approvals.ts'
import { auditRoutes } from './audit.ts'
import { budgetRoutes } from './budgets.ts'
import { codeHostRoutes } from './code-hosts.ts'
import { eventRoutes } from './events.ts'
import { fleetRoutes } from './fleet.ts'
import { layoutRoutes } from './layout.ts'
import { mergeQueueRoutes } from './merge-queues.ts'
import { missionRoutes } from './missions.ts'
import { modelRoutes } from './models.ts'
import { pullRequestRoutes } from './pull-requests.ts'
import { presetRoutes } from './presets.ts'
import { projectionRoutes } from './projections.ts'
import { repositoryRoutes } from './repositories.ts'
import { secretRoutes } from './secrets.ts'
import { sessionRoutes } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { statusRoutes } from './status.ts'
import { taskRoutes } from './tasks.ts'
import { workerRoutes } from './workers.ts'

/** The gateway's routes (port 3000): everything that console and CLI do, one file per noun. */
export const gatewayRoutes = {
  ...statusRoutes,
  ...signInRoutes,
  ...sessionRoutes,
  ...taskRoutes,
  ...missionRoutes,
  ...budgetRoutes,
  ...mergeQueueRoutes,
  ...pullRequestRoutes,
  ...workerRoutes,
  ...fleetRoutes,
  ...repositoryRoutes,
  ...secretRoutes,
  ...approvalRoutes,
  ...auditRoutes,
  ...layoutRoutes,
  ...eventRoutes,
  ...projectionRoutes,
  ...modelRoutes,
  ...codeHostRoutes,
  ...presetRoutes,
  ...agentProviderRoutes,
} as const
