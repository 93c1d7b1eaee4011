import type { EventStore } from '@mosaic/event-store'
import type { Messaging } from '@mosaic/messaging'
import { begin, checkpointsOf as checkpointsUnder, type Kept } from '@mosaic/reactions'
import type { Logger } from '@mosaic/runtime'
import { endAttempts } from './end-attempts.ts'
import { endTrees } from './end-trees.ts'
import { holdMissions } from './hold-missions.ts'
import { killAll } from './kill-all.ts'
import { killOrphans } from './kill-orphans.ts'
import { tellPullRequests } from './tell-pull-requests.ts'
import { tellLandings } from './tell-landings.ts'

export { following } from './following.ts'

/** All reactions, at the beginning of the log. */
export const beginReactions = () => ({
  killAll: begin(killAll),
  killOrphans: begin(killOrphans),
  endTrees: begin(endTrees),
  endAttempts: begin(endAttempts),
  holdMissions: begin(holdMissions),
  tellLandings: begin(tellLandings),
  tellPullRequests: begin(tellPullRequests),
})

type Engines = { readonly store: EventStore; readonly messaging: Messaging; readonly logger: Logger }

/** Where an instance's checkpoints of all this are kept. */
export const checkpointsOf = (engines: Engines, instanceId: string, all: readonly Kept[]) =>
  checkpointsUnder(engines, `${instanceId}/reactions`, all)
