import { begin } from '@mosaic/reactions'
import { aggregates } from '../aggregates.ts'
import { runMission } from './run-mission.ts'
import { settleBudgets } from './settle-budgets.ts'
import { setSessionBudget } from './set-session-budget.ts'
import { tellTask } from './tell-task.ts'

/** All reactions, at the beginning of the log. */
export const beginReactions = () =>
  [begin(tellTask), begin(runMission), begin(setSessionBudget), begin(settleBudgets)] as const

/** How the coordinator follows the log. */
export const following = {
  name: 'coordinator',
  broughtAbout: Object.values(aggregates).flatMap(({ definitions }) => Object.keys(definitions)),
  urgent: [],
} as const
