import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { JoinInstance, WorkerEvent, WorkerRejection, WorkerStanding } from '@mosaic/contracts/worker'

/** `none`: an orchestrator of the instance itself, which nobody had to admit. */
export type WorkerState = {
  readonly standing: WorkerStanding | 'none'
  readonly token: Token | null
  readonly credentialHash: string | null
  /** How many refusals are in the log since the last token. */
  readonly refusals: number
}

type Token = { readonly hash: string; readonly expiresAt: string; readonly isUsed: boolean }

type Joining = Omit<JoinInstance, 'token' | 'credential'> & {
  readonly type: 'JoinInstance'
  readonly workerId: string
  readonly tokenHash: string | null
  readonly credentialHash: string
  readonly now: string
  /** The instance's own. */
  readonly expected: { readonly version: string; readonly contracts: string }
}

type NewToken = { readonly workerId: string; readonly tokenHash: string; readonly expiresAt: string }
type Refused = Extract<WorkerEvent, { type: 'WorkerJoinRefused' }>['data']

export type WorkerCommand =
  | ({ readonly type: 'AdmitWorker'; readonly name: string } & NewToken)
  | ({ readonly type: 'IssueWorkerToken' } & NewToken)
  | Joining
  | ({ readonly type: 'NoteJoinRefused' } & Refused)
  | { readonly type: 'DrainWorker'; readonly workerId: string; readonly reason: string | null }
  | { readonly type: 'ReturnWorker'; readonly workerId: string }
  | { readonly type: 'RemoveWorker'; readonly workerId: string; readonly reason: string | null }

type Decision = Result<readonly WorkerEvent[], Rejection<WorkerRejection>>

/** Whoever repeats a token that is known without end does not fill the log. */
const mostRefusals = 10

const refusal = (code: WorkerRejection, message: string): Decision => err({ code, message })
const removed = refusal(
  'WORKER_REMOVED',
  'this worker was removed, and its token and credential with it: an admin adds it anew (mosaic worker add)',
)
const notAdmitted = refusal(
  'WORKER_NOT_ADMITTED',
  'this worker is an orchestrator of the instance itself, which nobody has added: it can be drained (mosaic worker drain), and ends with the instance',
)
const another = (workerId: string) => `an admin makes another one (mosaic worker token ${workerId})`

function decide(command: WorkerCommand, state: WorkerState): Decision {
  const { workerId } = command
  const { standing } = state
  switch (command.type) {
    case 'AdmitWorker': {
      const { name, tokenHash, expiresAt } = command
      const data = { workerId, name, tokenHash, expiresAt }
      return ok(standing === 'none' ? [{ type: 'WorkerAdmitted', data }] : [])
    }
    case 'IssueWorkerToken': {
      if (!state.token) return notAdmitted
      if (standing === 'removed') return removed
      const { tokenHash, expiresAt } = command
      return ok([{ type: 'WorkerTokenIssued', data: { workerId, tokenHash, expiresAt } }])
    }
    case 'JoinInstance':
      return join(command, state)
    case 'NoteJoinRefused': {
      const { code, host } = command
      return ok(state.refusals < mostRefusals ? [{ type: 'WorkerJoinRefused', data: { workerId, code, host } }] : [])
    }
    case 'DrainWorker':
      if (standing === 'removed') return removed
      return ok(standing === 'drained' ? [] : [{ type: 'WorkerDrained', data: { workerId, reason: command.reason } }])
    case 'ReturnWorker':
      // Once its own orchestrator could be removed: it is had back.
      if (standing === 'removed' && state.token) return removed
      return ok(
        standing === 'drained' || standing === 'removed' ? [{ type: 'WorkerReturned', data: { workerId } }] : [],
      )
    case 'RemoveWorker':
      if (!state.token) return notAdmitted
      return ok(standing === 'removed' ? [] : [{ type: 'WorkerRemoved', data: { workerId, reason: command.reason } }])
  }
}

/** Builds of one version may still differ in what they write. */
const programText = ({ version, contracts }: { readonly version: string; readonly contracts?: string | undefined }) =>
  `of version ${version} with ${contracts === undefined ? 'contracts that it does not name' : `contracts ${contracts.slice(0, 12)}`}`

/** Hashes say nothing to whoever guesses at them: they are compared as they are. */
function join(command: Joining, { standing, token, credentialHash }: WorkerState): Decision {
  const { workerId, tokenHash, version, expected, host, labels, slots } = command
  const isKnown = credentialHash === command.credentialHash
  if (tokenHash === null && !isKnown) {
    return refusal('WORKER_CREDENTIAL_INVALID', `what this worker has kept opens nothing: ${another(workerId)}`)
  }
  if (tokenHash !== null && tokenHash !== token?.hash) {
    return refusal('WORKER_TOKEN_INVALID', 'no worker of this instance has such a token')
  }
  if (standing === 'removed') return removed
  if (version !== expected.version || command.contracts !== expected.contracts) {
    const message = `the worker is ${programText(command)}, the instance ${programText(expected)}: both have to be the same, from clones of the same commit`
    return err({
      code: 'WORKER_VERSION_DIFFERS',
      message,
      field: version === expected.version ? 'contracts' : 'version',
    })
  }
  const joined: WorkerEvent = { type: 'WorkerJoined', data: { workerId, version, host, labels: [...labels], slots } }
  // With its token too: the answer to the exchange may have been lost.
  if (tokenHash === null || !token || (token.isUsed && isKnown)) return ok([joined])
  if (token.isUsed) {
    return refusal('WORKER_TOKEN_USED', `this token was used, and is good for one join alone: ${another(workerId)}`)
  }
  if (command.now >= token.expiresAt) {
    return refusal('WORKER_TOKEN_EXPIRED', `this token was good until ${token.expiresAt}: ${another(workerId)}`)
  }
  const data = { workerId, credentialHash: command.credentialHash, host }
  return ok([{ type: 'WorkerTokenRedeemed', data }, joined])
}

const unused = ({ tokenHash, expiresAt }: Omit<NewToken, 'workerId'>): Token => ({
  hash: tokenHash,
  expiresAt,
  isUsed: false,
})

function evolve(state: WorkerState, event: WorkerEvent): WorkerState {
  switch (event.type) {
    case 'WorkerAdmitted':
      return { ...state, standing: 'admitted', token: unused(event.data) }
    case 'WorkerTokenIssued':
      return { ...state, token: unused(event.data), refusals: 0 }
    case 'WorkerTokenRedeemed':
      return {
        ...state,
        token: state.token && { ...state.token, isUsed: true },
        credentialHash: event.data.credentialHash,
      }
    case 'WorkerJoinRefused':
      return { ...state, refusals: state.refusals + 1 }
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
  initialState: { standing: 'none', token: null, credentialHash: null, refusals: 0 },
  decide,
  evolve,
}
