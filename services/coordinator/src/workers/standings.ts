import type { WorkerStanding } from '@mosaic/contracts/worker'
import { defineFold } from '@mosaic/reactions'

export type Standing = { readonly name: string | null; readonly standing: WorkerStanding }

type Standings = Readonly<Record<string, Standing>>

/** Which workers were admitted, drained or removed; those of the instance itself are in it once they were drained. */
export const workerStandings = defineFold({
  name: 'worker-standings',
  version: 1,
  handles: ['WorkerAdmitted', 'WorkerJoined', 'WorkerDrained', 'WorkerReturned', 'WorkerRemoved'],
  initial: {} as Standings,
  evolve(known, event): Standings {
    const { workerId } = event.data
    const before = known[workerId] ?? { name: null, standing: 'active' }
    const change = (standing: WorkerStanding) => ({ ...known, [workerId]: { ...before, standing } })
    switch (event.type) {
      case 'WorkerAdmitted':
        return { ...known, [workerId]: { name: event.data.name, standing: 'admitted' } }
      case 'WorkerJoined':
        return before.standing === 'drained' ? known : change('active')
      case 'WorkerDrained':
        return change('drained')
      case 'WorkerReturned':
        return change('active')
      case 'WorkerRemoved':
        return change('removed')
    }
  },
})
