import { defineFold } from '@mosaic/reactions'

type Away = Readonly<Record<string, 'drained' | 'removed'>>

/** Which workers take nothing any more. */
export const workersAway = defineFold({
  name: 'workers-away',
  version: 1,
  handles: ['WorkerDrained', 'WorkerReturned', 'WorkerRemoved'],
  initial: {} as Away,
  evolve(away, { type, data: { workerId } }): Away {
    const { [workerId]: _, ...others } = away
    switch (type) {
      case 'WorkerDrained':
        return { ...others, [workerId]: 'drained' }
      case 'WorkerRemoved':
        return { ...others, [workerId]: 'removed' }
      case 'WorkerReturned':
        return others
    }
  },
})
