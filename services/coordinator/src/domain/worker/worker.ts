import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { JoinInstance, WorkerEvent, WorkerRejection, WorkerStanding } from '@mosaic/contracts/worker'

/** `none`: an orchestrator of the instance itself, which nobody had to admit. */
export type WorkerState = {
  readonly standing: WorkerStanding | 'none'
  readonly tokenHash: string | null
}

type Joining = Omit<JoinInstance, 'token'> & {
  readonly type: 'JoinInstance'
  readonly workerId: string
  readonly tokenHash: string
  /** The instance's own. */
  readonly expectedVersion: string
}

export type WorkerCommand =
  | { readonly type: 'AdmitWorker'; readonly workerId: string; readonly name: string; readonly tokenHash: string }
  | Joining
  | { readonly type: 'DrainWorker'; readonly workerId: string; readonly reason: string | null }
  | { readonly type: 'ReturnWorker'; readonly workerId: string }
  | { readonly type: 'RemoveWorker'; readonly workerId: string; readonly reason: string | null }

type Decision = Result<readonly WorkerEvent[], Rejection<WorkerRejection>>

const removed: Decision = err({
  code: 'WORKER_REMOVED',
  message: 'this worker was removed, and its token with it: an admin adds it anew (mosaic worker add)',
})

const notAdmitted: Decision = err({
  code: 'WORKER_NOT_ADMITTED',
  message:
    'this worker is an orchestrator of the instance itself, which nobody has added: it can be drained (mosaic worker drain), and ends with the instance',
})

function decide(command: WorkerCommand, { standing, tokenHash }: WorkerState): Decision {
  const { workerId } = command
  switch (command.type) {
    case 'AdmitWorker': {
      const { name, tokenHash: hash } = command
      return ok(standing === 'none' ? [{ type: 'WorkerAdmitted', data: { workerId, name, tokenHash: hash } }] : [])
    }
    case 'JoinInstance':
      return join(command, { standing, tokenHash })
    case 'DrainWorker':
      if (standing === 'removed') return removed
      return ok(standing === 'drained' ? [] : [{ type: 'WorkerDrained', data: { workerId, reason: command.reason } }])
    case 'ReturnWorker':
      // Once its own orchestrator could be removed: it is had back.
      if (standing === 'removed' && tokenHash !== null) return removed
      return ok(
        standing === 'drained' || standing === 'removed' ? [{ type: 'WorkerReturned', data: { workerId } }] : [],
      )
    case 'RemoveWorker':
      if (tokenHash === null) return notAdmitted
      return ok(standing === 'removed' ? [] : [{ type: 'WorkerRemoved', data: { workerId, reason: command.reason } }])
  }
}

/** The hash says nothing to whoever guesses at it: it is compared as it is. */
function join(command: Joining, { standing, tokenHash }: WorkerState): Decision {
  const { workerId, version, expectedVersion, host, labels, slots } = command
  if (tokenHash === null || tokenHash !== command.tokenHash) {
    return err({ code: 'WORKER_TOKEN_INVALID', message: 'no worker of this instance has such a token' })
  }
  if (standing === 'removed') return removed
  if (version !== expectedVersion) {
    const message = `the worker is of version ${version}, the instance of ${expectedVersion}: both have to be the same`
    return err({ code: 'WORKER_VERSION_DIFFERS', message, field: 'version' })
  }
  return ok([{ type: 'WorkerJoined', data: { workerId, version, host, labels: [...labels], slots } }])
}

function evolve(state: WorkerState, event: WorkerEvent): WorkerState {
  switch (event.type) {
    case 'WorkerAdmitted':
      return { standing: 'admitted', tokenHash: event.data.tokenHash }
    case 'WorkerJoined':
      // One that was drained stays so until somebody wants it back.
      return { ...state, standing: state.standing === 'drained' ? 'drained' : 'active' }
    case 'WorkerDrained':
      return { ...state, standing: 'drained' }
    case 'WorkerReturned':
      return { ...state, standing: 'active' }
    case 'WorkerRemoved':
      return { ...state, standing: 'removed' }
  }
}

/** A machine that runs agents: whether it may join, and whether it takes work. */
export const worker: Decider<WorkerState, WorkerCommand, WorkerEvent, WorkerRejection> = {
  initialState: { standing: 'none', tokenHash: null },
  decide,
  evolve,
}
