import type { EventStore } from '@mosaic/event-store'
import { uuidv5 } from '@mosaic/event-store'
import type { Messaging } from '@mosaic/messaging'
import type { Logger } from '@mosaic/runtime'
import { Checkpoints } from './checkpoints.ts'
import { endTrees } from './end-trees.ts'
import { killAll } from './kill-all.ts'
import { killOrphans } from './kill-orphans.ts'
import { begin, type Kept } from './running.ts'
import { tellTask } from './tell-task.ts'

export { Follower } from './follower.ts'
export { knownWorkspaces } from './known-workspaces.ts'
export { begin } from './running.ts'

/** All reactions, at the beginning of the log. */
export const beginReactions = () => ({
  tellTask: begin(tellTask),
  killAll: begin(killAll),
  killOrphans: begin(killOrphans),
  endTrees: begin(endTrees),
})

type Engines = { readonly store: EventStore; readonly messaging: Messaging; readonly logger: Logger }

/** Where an instance's checkpoints of all this are kept. */
export function checkpointsOf({ store, messaging, logger }: Engines, instanceId: string, all: readonly Kept[]) {
  const folds = all.map(({ name, version }) => `${name}@${version}`).join(',')
  const bucket = messaging.keyValue('reactions')
  return new Checkpoints({ store, bucket, key: uuidv5(`${instanceId}/reactions`), folds, logger })
}
