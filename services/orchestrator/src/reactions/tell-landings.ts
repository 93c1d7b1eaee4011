import type { EventOf } from '@mosaic/reactions'
import { defineReaction, type ReactionCommand } from './reaction.ts'

/** A session hears what has become of its branch in a merge queue. */
export const tellLandings = defineReaction({
  name: 'tell-landings',
  version: 1,
  handles: ['LandingBatchLanded', 'LandingReturned'],
  initial: null,
  evolve: (state) => state,
  react: (_, event): ReactionCommand[] => (event.type === 'LandingBatchLanded' ? landed(event) : [notLanded(event)]),
})

const landed = ({ data: { into, commit, branches } }: EventOf<'LandingBatchLanded'>): ReactionCommand[] =>
  branches.map(({ landingId, sessionId: id, branch }) => ({
    to: 'agentSession',
    id,
    command: { type: 'NoteLanded', landingId, branch, into, commit },
    key: landingId,
  }))

function notLanded({ data }: EventOf<'LandingReturned'>): ReactionCommand {
  const { landingId, sessionId: id, branch, into, obstacle, to: returnTo, times } = data
  const { code, message, files } = obstacle
  const told = { landingId, branch, into, files, to: returnTo, times }
  const command =
    code === 'MERGE_CONFLICT'
      ? ({ type: 'NoteLandingConflicted', ...told } as const)
      : ({ type: 'NoteLandingRejected', ...told, code, message } as const)
  return { to: 'agentSession', id, command, key: landingId }
}
