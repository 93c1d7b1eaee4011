import type { MergeQueueEvent } from '@mosaic/contracts/merge-queue'
import type { KnownQueue, Landing, MergeQueue } from './state.ts'

type DataOf<Type extends MergeQueueEvent['type']> = Extract<MergeQueueEvent, { type: Type }>['data']

export function evolve(queue: MergeQueue, event: MergeQueueEvent): MergeQueue {
  if (event.type === 'LandingRequested') return requested(queue, event.data)
  if (queue.status === 'none') return queue
  switch (event.type) {
    case 'LandingBatchStarted': {
      const { batchId, landingIds, at } = event.data
      const batch = { batchId, landingIds, at }
      return { ...outOfLine(queue, landingIds), status: 'stacking', batch }
    }
    case 'LandingBatchStacked': {
      if (queue.status !== 'stacking') return queue
      const { stack } = event.data
      return stack.profile === null
        ? { ...queue, status: 'pushing', stack, heldAt: null }
        : { ...queue, status: 'checking', stack }
    }
    case 'LandingGatesSkipped':
      return queue
    case 'LandingQueueHalted':
      return { ...queue, halted: event.data.message }
    case 'LandingQueueResumed':
      return { ...queue, halted: null }
    case 'LandingBatchChecked':
      if (queue.status !== 'checking') return queue
      return event.data.approved ? { ...queue, status: 'pushing', heldAt: null } : halved(queue)
    case 'LandingBatchHeld':
      return queue.status === 'pushing' ? { ...queue, heldAt: event.data.ref } : queue
    case 'LandingBatchLanded': {
      const landed = event.data.branches.map(({ landingId }) => landingId)
      return landed.reduce(gone, idle(queue))
    }
    case 'LandingBatchAbandoned':
      return 'batch' in queue ? { ...idle(queue), groups: [queue.batch.landingIds, ...queue.groups] } : queue
    case 'LandingPutBack': {
      const { landingId } = event.data
      const rest = leaving(queue, landingId)
      return { ...rest, waiting: [landingId, ...rest.waiting] }
    }
    case 'LandingReturned': {
      const { landingId, to, times, obstacle } = event.data
      if (to === 'person') return gone(queue, landingId)
      return withLanding(leaving(queue, landingId), landingId, { place: 'returned', times, obstacle })
    }
    case 'LandingContinued':
      return withLanding(queue, event.data.landingId, { sessionId: event.data.sessionId, place: 'with-agent' })
    case 'LandingRequeued': {
      const { landingId, sessionId, branch } = event.data
      const back = withLanding(queue, landingId, { sessionId, branch, place: 'in-line' })
      return { ...back, waiting: [...back.waiting, landingId] }
    }
    case 'LandingRemoved':
      return gone(queue, event.data.landingId)
  }
}

function requested(queue: MergeQueue, data: DataOf<'LandingRequested'>): KnownQueue {
  const { queueId, repository, into, landingId, sessionId, branch, how, returnTo, operator } = data
  const asked = { landingId, sessionId, branch, how, returnTo, operator }
  const landing: Landing = { ...asked, place: 'in-line', times: 0, obstacle: null }
  const known: KnownQueue =
    queue.status === 'none'
      ? { status: 'idle', queueId, repository, into, landings: {}, groups: [], waiting: [], halted: null }
      : queue
  return {
    ...known,
    landings: { ...known.landings, [landingId]: landing },
    waiting: [...known.waiting, landingId],
  }
}

type Lines = Pick<KnownQueue, 'groups' | 'waiting'>

function outOfLine<Queue extends Lines>(queue: Queue, ids: readonly string[]): Queue {
  const isOut = (id: string) => ids.includes(id)
  const groups = queue.groups.map((group) => group.filter((id) => !isOut(id))).filter((group) => group.length > 0)
  return { ...queue, groups, waiting: queue.waiting.filter((id) => !isOut(id)) }
}

const idle = ({ queueId, repository, into, landings, groups, waiting, halted }: KnownQueue): KnownQueue => ({
  status: 'idle',
  queueId,
  repository,
  into,
  landings,
  groups,
  waiting,
  halted,
})

/** Both halves are tried as they are: so the one that fails is found in a few tries. */
function halved(queue: Extract<KnownQueue, { status: 'checking' }>): KnownQueue {
  const { landingIds } = queue.batch
  const middle = Math.ceil(landingIds.length / 2)
  const halves = [landingIds.slice(0, middle), landingIds.slice(middle)].filter((half) => half.length > 0)
  return { ...idle(queue), groups: [...halves, ...queue.groups] }
}

/** Out of line and batch; a batch that has nothing left is over. */
function leaving(queue: KnownQueue, landingId: string): KnownQueue {
  const rest = outOfLine(queue, [landingId])
  if (!('batch' in rest)) return rest
  const landingIds = rest.batch.landingIds.filter((id) => id !== landingId)
  return landingIds.length === 0 ? idle(rest) : { ...rest, batch: { ...rest.batch, landingIds } }
}

function gone(queue: KnownQueue, landingId: string): KnownQueue {
  const rest = leaving(queue, landingId)
  const { [landingId]: _, ...landings } = rest.landings
  return { ...rest, landings }
}

function withLanding(queue: KnownQueue, landingId: string, changed: Partial<Landing>): KnownQueue {
  const landing = queue.landings[landingId]
  return landing ? { ...queue, landings: { ...queue.landings, [landingId]: { ...landing, ...changed } } } : queue
}
