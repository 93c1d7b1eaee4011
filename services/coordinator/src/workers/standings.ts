import type { WorkerStanding } from '@mosaic/contracts/worker'
import { defineFold } from '@mosaic/reactions'

export type Standing = {
  readonly name: string | null
  readonly standing: WorkerStanding
  /** Of what it has to show now; `null`: nothing lets it in. */
  readonly credentialHash: string | null
}

type Standings = Readonly<Record<string, Standing>>

/** Which workers were admitted, drained or removed; those of the instance itself are in it once they were drained. */
export const workerStandings = defineFold({
  name: 'worker-standings',
  version: 2,
  handles: [
    'WorkerAdmitted',
    'WorkerTokenRedeemed',
    'WorkerJoined',
    'WorkerDrained',
    'WorkerReturned',
    'WorkerRemoved',
  ],
  initial: {} as Standings,
  evolve(known, event): Standings {
    const { workerId } = event.data
    const before = known[workerId] ?? { name: null, standing: 'active', credentialHash: null }
    const change = (standing: WorkerStanding) => ({ ...known, [workerId]: { ...before, standing } })
    switch (event.type) {
      case 'WorkerAdmitted':
        return { ...known, [workerId]: { ...before, name: event.data.name, standing: 'admitted' } }
      case 'WorkerTokenRedeemed':
        return { ...known, [workerId]: { ...before, credentialHash: event.data.credentialHash } }
      case 'WorkerJoined':
        return before.standing === 'drained' ? known : change('active')
      case 'WorkerDrained':
        return change('drained')
      case 'WorkerReturned':
        return change('active')
      case 'WorkerRemoved':
        return { ...known, [workerId]: { ...before, standing: 'removed', credentialHash: null } }
    }
  },
})
