import { conversationProjection } from '@mosaic/conversation'
import { dashboardProjection } from '@mosaic/dashboard'
import { fleetProjection } from '@mosaic/fleet'
import { operatorAuditProjection } from '@mosaic/operator-audit'
import type { Projection } from '@mosaic/postgres'
import { sessionTreeProjection } from '@mosaic/session-tree'

/** Every read model of Mosaic. A new one is a package beside these and a line here. */
export const allProjections: readonly Projection[] = [
  sessionTreeProjection,
  conversationProjection,
  operatorAuditProjection,
  dashboardProjection,
  fleetProjection,
]
