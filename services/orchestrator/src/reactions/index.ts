import { killAll } from './kill-all.ts'
import { killOrphans } from './kill-orphans.ts'
import { begin } from './running.ts'
import { tellTask } from './tell-task.ts'

export { Follower } from './follower.ts'
export { knownWorkspaces } from './known-workspaces.ts'
export { begin } from './running.ts'

/** All reactions, at the beginning of the log. */
export const beginReactions = () => [begin(tellTask), begin(killAll), begin(killOrphans)]
