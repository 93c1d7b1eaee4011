import type { ClaimSession, CommandOf } from '../commands.ts'
import type { EndedSession, LiveSession } from '../state.ts'
import {
  alreadyExists,
  beingKilled,
  type Deciders,
  type Decision,
  type EndedDeciders,
  factOf,
  isOver,
  nothing,
  only,
  outOfOrder,
  refuse,
} from './decision.ts'

/** From the spawn through its place and its setup to its end, and who runs it. */
export const life = {
  SpawnAgent: alreadyExists,
  AdoptAgent: alreadyExists,
  ClaimSession: claim,
  StartSetupStep: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.owner !== 'begins') return outOfOrder('a session is set up before it has its place')
    return only({ type: 'SetupStepStarted', data: factOf(command, live) })
  },
  CompleteSetupStep: (command, live) =>
    live.owner === 'begins'
      ? only({ type: 'SetupStepCompleted', data: factOf(command, live) })
      : outOfOrder('a session is set up before it has its place'),
  RecordSpawned: (command, live) =>
    live.owner === 'begins'
      ? only({ type: 'AgentSpawned', data: factOf(command, live) })
      : outOfOrder('the session has its place already'),
  RecordStarted: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.owner !== 'has-place') return outOfOrder('a session starts once, after it has its place')
    return only({ type: 'AgentStarted', data: factOf(command, live) })
  },
  RecordBegun: begin,
  CompleteAgent: (command, live) =>
    live.kill ? beingKilled() : only({ type: 'AgentCompleted', data: factOf(command, live) }),
  FailAgent: (command, live) =>
    live.kill ? beingKilled() : only({ type: 'AgentFailed', data: factOf(command, live) }),
  RecordReleased: () => nothing,
  ContinueAgent: (_, { status }) =>
    refuse('SESSION_NOT_OVER', `the session is ${status}: say it with a message, it need not be continued`),
} satisfies Partial<Deciders>

export const endedLife = {
  SpawnAgent: alreadyExists,
  AdoptAgent: alreadyExists,
  ClaimSession: (command, ended) => (ended.released ? isOver(ended) : claim(command, ended)),
  RecordReleased: (command, ended) =>
    ended.released ? nothing : only({ type: 'AgentResourcesReleased', data: factOf(command, ended) }),
  ContinueAgent: goOn,
} satisfies EndedDeciders

export function spawn({ spec, ownerId, queued }: CommandOf<'SpawnAgent'>): Decision {
  const { sessionId } = spec
  const requested = { type: 'AgentSpawnRequested', data: spec } as const
  // Nobody claims it before its turn comes.
  if (queued) return only(requested, { type: 'AgentQueued', data: { sessionId, ...queued } })
  return only(requested, { type: 'SessionClaimed', data: { sessionId, ownerId, epoch: 1 } })
}

/** It waits for no place: what it takes, it takes elsewhere. */
export function adopt({ spec, ownerId, adopted }: CommandOf<'AdoptAgent'>): Decision {
  const { sessionId } = spec
  return only(
    { type: 'AgentSpawnRequested', data: spec },
    { type: 'AgentAdopted', data: { sessionId, ...adopted } },
    { type: 'SessionClaimed', data: { sessionId, ownerId, epoch: 1 } },
  )
}

/** Of one that is being killed it still has to be known where it is. */
function begin({ place, starts, told }: CommandOf<'RecordBegun'>, live: LiveSession): Decision {
  if (live.owner !== 'begins') return outOfOrder('the session has its place already')
  const { sessionId } = live.spec
  const spawned = { type: 'AgentSpawned', data: { sessionId, place } } as const
  if (live.kill) return only(spawned)
  const started = starts ? [{ type: 'AgentStarted', data: { sessionId, ...starts } } as const] : []
  const messages = told.map((message) => ({ type: 'MessageRecorded', data: { sessionId, ...message } }) as const)
  return only(spawned, ...started, ...messages)
}

/** Takes the session over from the owner of one epoch; who comes second is refused. */
function claim({ ownerId, after }: ClaimSession, session: LiveSession | EndedSession): Decision {
  const epoch = session.claim?.epoch ?? 0
  if (epoch !== after) {
    return session.claim?.ownerId === ownerId ? nothing : refuse('SESSION_TAKEN_OVER', 'another owner has claimed it')
  }
  const { sessionId } = session.spec
  return only({ type: 'SessionClaimed', data: { sessionId, ownerId, epoch: epoch + 1 } })
}

/** One session alone goes on where another ended: they would work on one branch. */
function goOn({ successorSessionId }: CommandOf<'ContinueAgent'>, ended: EndedSession): Decision {
  if (!ended.released) return refuse('SESSION_NOT_OVER', 'the session still gives back what it held: try again soon')
  if (ended.successorSessionId === successorSessionId) return nothing
  if (ended.successorSessionId !== null) {
    return refuse('SESSION_CONTINUED', `it was continued already, by ${ended.successorSessionId}: continue that one`)
  }
  return only({ type: 'AgentContinued', data: { sessionId: ended.spec.sessionId, successorSessionId } })
}
