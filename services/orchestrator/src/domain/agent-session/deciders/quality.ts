import { beingKilled, type Deciders, factOf, nothing, only, outOfOrder } from './decision.ts'

/** Checks of its changes, one at a time: what an answer says holds for what was asked. */
export const quality = {
  RequestQualityCheck: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.spec.quality === null) return outOfOrder('nothing of this session is checked')
    // A crash came between the question and its answer: it is asked again.
    if (live.checks.open === command.checkId) return nothing
    return only({ type: 'QualityCheckRequested', data: factOf(command, live) })
  },
  CompleteQualityCheck: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.checks.open !== command.checkId) return outOfOrder('no such check was asked for')
    const isUndecided = command.blocked !== null || command.gates.some(({ passed }) => !passed)
    if (command.approved && isUndecided)
      return outOfOrder('a change with a gate that it has not passed is not approved')
    return only({ type: 'QualityCheckCompleted', data: factOf(command, live) })
  },
  SubmitReview: (command, live) => {
    if (live.kill) return beingKilled()
    const { reviews: of } = live.spec
    if (!of) return outOfOrder('the session was not spawned to review a change')
    // What it has said stands: others go by it.
    return live.hasReviewed ? nothing : only({ type: 'ReviewSubmitted', data: { ...factOf(command, live), of } })
  },
  SkipQualityGates: (command, live) =>
    live.kill ? beingKilled() : only({ type: 'QualityGatesSkipped', data: factOf(command, live) }),
} satisfies Partial<Deciders>
