import type { Fact, View } from '@mosaic/contracts/kernel'
import {
  type LandingView,
  mergeQueueEvents,
  type MergeQueueEvent,
  type MergeQueueView,
  mostOver,
} from '@mosaic/contracts/merge-queue'

/** What waits to land on one branch of one repository, and what has become of the last that did. */
export const mergeQueueView: View<MergeQueueView, Fact<MergeQueueEvent>> = {
  version: 2,
  handles: Object.keys(mergeQueueEvents) as MergeQueueEvent['type'][],
  keyOf: (event) => [event.data.queueId],
  begin(event) {
    if (event.type !== 'LandingRequested') return undefined
    const { queueId, repository, into } = event.data
    const { workspaceId } = event.metadata
    const empty = { open: [], batch: null, halted: null, trouble: null, over: [] }
    return changed({ queueId, workspaceId, repository, into, ...empty, revision: event.revision }, event)
  },
  evolve: (queue, event) =>
    event.revision <= queue.revision ? queue : { ...changed(queue, event), revision: event.revision },
}

function changed(queue: MergeQueueView, event: Fact<MergeQueueEvent>): MergeQueueView {
  const { occurredAt } = event.metadata
  switch (event.type) {
    case 'LandingRequested':
      return { ...queue, open: [...queue.open, requested(event)] }
    case 'LandingBatchStarted': {
      const { batchId, landingIds } = event.data
      const begun = {
        batchId,
        landingIds,
        state: 'stacking' as const,
        commit: null,
        gates: [],
        isUnseen: false,
        ref: null,
      }
      return { ...withEach(queue, landingIds, { status: 'tried' }), batch: { ...begun, since: occurredAt } }
    }
    case 'LandingBatchStacked': {
      const { commit, profile } = event.data.stack
      return withBatch(queue, { commit, state: profile === null ? 'pushing' : 'checking' })
    }
    case 'LandingGatesSkipped':
      return withBatch(queue, { isUnseen: true })
    case 'LandingQueueHalted':
      return { ...queue, halted: { message: event.data.message, since: occurredAt } }
    case 'LandingQueueResumed':
      return { ...queue, halted: null }
    case 'LandingBatchChecked': {
      const { approved } = event.data
      const gates = event.data.gates.map(({ name, kind, passed, ran }) => ({ name, kind, passed, ran }))
      return approved ? { ...withBatch(queue, { gates, state: 'pushing' }), trouble: null } : batchOver(queue)
    }
    case 'LandingBatchHeld':
      return withBatch(queue, { state: 'held', ref: event.data.ref })
    case 'LandingBatchLanded': {
      const { commit, branches } = event.data
      const over = { status: 'landed', commit, endedAt: occurredAt } as const
      const rest: MergeQueueView = { ...queue, batch: null, trouble: null }
      return branches.reduce((left, { landingId }) => ended(left, landingId, over), rest)
    }
    case 'LandingBatchAbandoned':
      return { ...batchOver(queue), trouble: event.data.reason }
    case 'LandingPutBack':
      return outOfBatch(withEach(queue, [event.data.landingId], { status: 'waiting' }), event.data.landingId)
    case 'LandingReturned': {
      const { landingId, obstacle, times, to } = event.data
      const rest = outOfBatch(queue, landingId)
      return to === 'agent'
        ? withEach(rest, [landingId], { status: 'agent', obstacle, times })
        : ended(rest, landingId, { status: 'returned', obstacle, endedAt: occurredAt })
    }
    case 'LandingContinued':
      return withEach(queue, [event.data.landingId], { sessionId: event.data.sessionId })
    case 'LandingRequeued': {
      const { landingId, sessionId, branch } = event.data
      const back = withEach(queue, [landingId], { sessionId, branch, status: 'waiting' })
      const last = back.open.filter((landing) => landing.landingId === landingId)
      return { ...back, open: [...back.open.filter((landing) => landing.landingId !== landingId), ...last] }
    }
    case 'LandingRemoved':
      return ended(outOfBatch(queue, event.data.landingId), event.data.landingId, {
        status: 'removed',
        endedAt: occurredAt,
      })
  }
}

function requested({ data, metadata }: Extract<Fact<MergeQueueEvent>, { type: 'LandingRequested' }>): LandingView {
  const { landingId, sessionId, branch, title, how, returnTo } = data
  const asked = { landingId, sessionId, branch, title, how, returnTo }
  const { actor: requestedBy, occurredAt: requestedAt } = metadata
  return {
    ...asked,
    status: 'waiting',
    times: 0,
    obstacle: null,
    commit: null,
    requestedBy,
    requestedAt,
    endedAt: null,
  }
}

function withEach(queue: MergeQueueView, ids: readonly string[], change: Partial<LandingView>): MergeQueueView {
  const open = queue.open.map((landing) => (ids.includes(landing.landingId) ? { ...landing, ...change } : landing))
  return { ...queue, open }
}

const withBatch = (queue: MergeQueueView, change: Partial<NonNullable<MergeQueueView['batch']>>): MergeQueueView => ({
  ...queue,
  batch: queue.batch && { ...queue.batch, ...change },
})

/** Those that were tried wait again. */
const batchOver = (queue: MergeQueueView): MergeQueueView => ({
  ...withEach(queue, queue.batch?.landingIds ?? [], { status: 'waiting' }),
  batch: null,
})

function outOfBatch(queue: MergeQueueView, landingId: string): MergeQueueView {
  const landingIds = queue.batch?.landingIds.filter((id) => id !== landingId) ?? []
  return { ...queue, batch: queue.batch && landingIds.length > 0 ? { ...queue.batch, landingIds } : null }
}

function ended(queue: MergeQueueView, landingId: string, change: Partial<LandingView>): MergeQueueView {
  const landing = queue.open.find((each) => each.landingId === landingId)
  if (!landing) return queue
  const open = queue.open.filter((each) => each !== landing)
  return { ...queue, open, over: [{ ...landing, ...change }, ...queue.over].slice(0, mostOver) }
}
