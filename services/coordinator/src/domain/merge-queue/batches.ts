import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { MergeQueueEvent, MergeQueueRejection } from '@mosaic/contracts/merge-queue'
import type { CommandOf } from './commands.ts'
import { rejection, returned } from './returned.ts'
import type { KnownQueue } from './state.ts'

export type Decision = Result<readonly MergeQueueEvent[], Rejection<MergeQueueRejection>>

export const nothing: Decision = ok([])
export const notThere: Decision = err({ code: 'LANDING_NOT_FOUND', message: 'no such branch waits to land' })

type Busy = Extract<KnownQueue, { batch: unknown }>

/** Whether a report is about the batch under way. */
export const isOf = (queue: KnownQueue, { batchId }: { readonly batchId: string }): queue is Busy =>
  'batch' in queue && queue.batch.batchId === batchId

export function start({ batchId, most, except, at }: CommandOf<'StartBatch'>, queue: KnownQueue): Decision {
  const free = (ids: readonly string[]) => ids.filter((id) => !except.includes(id))
  const group = queue.groups.map(free).find((ids) => ids.length > 0)
  const landingIds = group ?? free(queue.waiting).slice(0, most)
  if (queue.status !== 'idle' || landingIds.length === 0) return nothing
  return ok([{ type: 'LandingBatchStarted', data: { queueId: queue.queueId, batchId, landingIds, at } }])
}

export function stacked(
  { batchId, stack, left, isYolo, mostTimes }: CommandOf<'RecordStack'>,
  queue: KnownQueue,
): Decision {
  if (!isOf(queue, { batchId }) || queue.status !== 'stacking') return nothing
  const { queueId } = queue
  const notIn = left.map(
    ({ landingId, obstacle, behind }): MergeQueueEvent =>
      behind.length > 0
        ? { type: 'LandingPutBack', data: { queueId, landingId, behind } }
        : returned(queue, landingId, { obstacle, mostTimes }),
  )
  if (stack === null) return ok(notIn)
  const isIn: MergeQueueEvent = { type: 'LandingBatchStacked', data: { queueId, batchId, stack } }
  // The base has all of them already.
  const isThere = stack.commit === stack.baseCommit
  if (isThere) return ok([...notIn, isIn, landed({ ...queue, stack })])
  return ok([...notIn, isIn, ...(stack.profile === null ? [unseen({ ...queue, stack }, isYolo)] : [])])
}

export function checked(
  { batchId, approved, gates, mostTimes }: CommandOf<'RecordCheck'>,
  queue: KnownQueue,
): Decision {
  if (!isOf(queue, { batchId }) || queue.status !== 'checking') return nothing
  const { queueId, batch } = queue
  const [first, ...others] = batch.landingIds
  const verdict: MergeQueueEvent = {
    type: 'LandingBatchChecked',
    data: { queueId, batchId, approved, gates: [...gates] },
  }
  const alone = !approved && others.length === 0 && first !== undefined
  return ok([verdict, ...(alone ? [returned(queue, first, { obstacle: rejection(gates), mostTimes })] : [])])
}

/** Each time that something lands past all gates stands in the log. */
const unseen = ({ queueId, into, batch, stack }: Stacked, isYolo: boolean): MergeQueueEvent => {
  const { commit, tree, branches } = stack
  const sessionIds = branches.map(({ sessionId }) => sessionId)
  const by = isYolo ? 'instance' : 'sessions'
  return { type: 'LandingGatesSkipped', data: { queueId, batchId: batch.batchId, into, commit, tree, by, sessionIds } }
}

export function halt({ message }: CommandOf<'HaltQueue'>, { queueId, halted }: KnownQueue): Decision {
  return halted === message ? nothing : ok([{ type: 'LandingQueueHalted', data: { queueId, message } }])
}

export function hold({ batchId, ref }: CommandOf<'HoldBatch'>, queue: KnownQueue): Decision {
  if (!isOf(queue, { batchId }) || queue.status !== 'pushing' || queue.heldAt !== null) return nothing
  const { commit } = queue.stack
  return ok([{ type: 'LandingBatchHeld', data: { queueId: queue.queueId, batchId, ref, commit } }])
}

type Stacked = Pick<Extract<Busy, { stack: unknown }>, 'queueId' | 'into' | 'batch' | 'stack'>

export const landed = ({ queueId, into, batch, stack }: Stacked): MergeQueueEvent => ({
  type: 'LandingBatchLanded',
  data: { queueId, batchId: batch.batchId, into, commit: stack.commit, branches: stack.branches },
})
