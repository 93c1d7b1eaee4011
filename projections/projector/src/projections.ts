import { budgetsProjection } from '@mosaic/budgets'
import { conversationProjection } from '@mosaic/conversation'
import { dashboardProjection } from '@mosaic/dashboard'
import { fleetProjection } from '@mosaic/fleet'
import { mergeQueuesProjection } from '@mosaic/merge-queues'
import { missionsProjection } from '@mosaic/missions'
import { operatorAuditProjection } from '@mosaic/operator-audit'
import type { Projection } from '@mosaic/postgres'
import { queueProjection } from '@mosaic/queue'
import { sessionTreeProjection } from '@mosaic/session-tree'
import { tasksProjection } from '@mosaic/tasks'

/** Every read model of Mosaic. A new one is a package beside these and a line here. */
export const allProjections: readonly Projection[] = [
  sessionTreeProjection,
  conversationProjection,
  operatorAuditProjection,
  dashboardProjection,
  fleetProjection,
  tasksProjection,
  missionsProjection,
  mergeQueuesProjection,
  queueProjection,
  budgetsProjection,
]
