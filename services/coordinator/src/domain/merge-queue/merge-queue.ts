import { type Decider, err, ok } from '@mosaic/contracts/kernel'
import type { MergeQueueEvent, MergeQueueRejection } from '@mosaic/contracts/merge-queue'
import { checked, type Decision, halt, hold, isOf, landed, nothing, notThere, stacked, start } from './batches.ts'
import type { CommandOf, MergeQueueCommand } from './commands.ts'
import { evolve } from './evolve.ts'
import { returned } from './returned.ts'
import type { KnownQueue, MergeQueue } from './state.ts'

export type { MergeQueueCommand } from './commands.ts'
export type { KnownQueue, MergeQueue } from './state.ts'

function decide(command: MergeQueueCommand, queue: MergeQueue): Decision {
  if (command.type === 'RequestLanding') return request(command, queue)
  if (queue.status === 'none') return notThere
  switch (command.type) {
    case 'StartBatch':
      return start(command, queue)
    case 'RecordStack':
      return stacked(command, queue)
    case 'RecordCheck':
      return checked(command, queue)
    case 'RecordLanded':
      return isOf(queue, command) && queue.status === 'pushing' ? ok([landed(queue)]) : nothing
    case 'HoldBatch':
      return hold(command, queue)
    case 'HaltQueue':
      return halt(command, queue)
    case 'ResumeQueue':
      return queue.halted === null ? nothing : ok([{ type: 'LandingQueueResumed', data: { queueId: queue.queueId } }])
    case 'AbandonBatch': {
      const { batchId, reason } = command
      if (!isOf(queue, command)) return nothing
      return ok([{ type: 'LandingBatchAbandoned', data: { queueId: queue.queueId, batchId, reason } }])
    }
    case 'RefuseBatch': {
      if (!isOf(queue, command)) return nothing
      return ok(queue.batch.landingIds.map((id) => returned(queue, id, { obstacle: command.obstacle, mostTimes: 0 })))
    }
    case 'ContinueLanding':
    case 'RequeueLanding':
    case 'GiveUpLanding':
      return ofAgent(command, queue)
    case 'RemoveLanding':
      return remove(command, queue)
  }
}

/** Branches that are to land on one branch of a repository: in their order, several at a time, none that breaks it. */
export const mergeQueue: Decider<MergeQueue, MergeQueueCommand, MergeQueueEvent, MergeQueueRejection> = {
  initialState: { status: 'none' },
  decide,
  evolve,
}

function request(command: CommandOf<'RequestLanding'>, queue: MergeQueue): Decision {
  const { type: _, ...data } = command
  const known = queue.status === 'none' ? [] : Object.values(queue.landings)
  if (known.some(({ landingId }) => landingId === data.landingId)) return nothing
  if (known.some(({ branch }) => branch === data.branch))
    return err({ code: 'ALREADY_QUEUED', message: `${data.branch} is in the merge queue of ${data.into} already` })
  return ok([{ type: 'LandingRequested', data }])
}

function ofAgent(
  command: CommandOf<'ContinueLanding' | 'RequeueLanding' | 'GiveUpLanding'>,
  queue: KnownQueue,
): Decision {
  const { queueId, landings } = queue
  const { landingId } = command
  const landing = landings[landingId]
  if (!landing) return notThere
  switch (command.type) {
    case 'ContinueLanding': {
      const { sessionId } = command
      if (landing.place !== 'returned') return nothing
      return ok([{ type: 'LandingContinued', data: { queueId, landingId, sessionId } }])
    }
    case 'RequeueLanding': {
      const { sessionId, branch } = command
      if (landing.place !== 'with-agent' || landing.sessionId !== sessionId) return nothing
      return ok([{ type: 'LandingRequeued', data: { queueId, landingId, sessionId, branch } }])
    }
    case 'GiveUpLanding':
      if (landing.place === 'in-line') return nothing
      return ok([returned(queue, landingId, { obstacle: command.obstacle, mostTimes: 0 })])
  }
}

function remove({ landingId, reason }: CommandOf<'RemoveLanding'>, queue: KnownQueue): Decision {
  const { queueId, landings } = queue
  const landing = landings[landingId]
  if (!landing) return notThere
  const removed: MergeQueueEvent = {
    type: 'LandingRemoved',
    data: { queueId, landingId, sessionId: landing.sessionId, reason },
  }
  if (!('batch' in queue) || !queue.batch.landingIds.includes(landingId)) return ok([removed])
  if (queue.status === 'pushing' && queue.heldAt === null)
    return err({ code: 'LANDING_UNDER_WAY', message: `${queue.into} is being moved to it just now` })
  const { batchId, landingIds } = queue.batch
  // What the others come to without it has to be seen anew.
  const anew: MergeQueueEvent = {
    type: 'LandingBatchAbandoned',
    data: { queueId, batchId, reason: `${landing.branch} was taken out` },
  }
  return ok(landingIds.length === 1 ? [removed] : [removed, anew])
}
