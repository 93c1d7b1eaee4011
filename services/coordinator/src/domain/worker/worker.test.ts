import type { WorkerEvent, WorkerRejection } from '@mosaic/contracts/worker'
import { specification } from '@mosaic/kit'
import { describe, expect, test } from 'vitest'
import { worker, type WorkerCommand } from './worker.ts'

const workerId = '01890000-0000-7000-8000-000000000001'
const [now, expiresAt, later] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:15:00.000Z', '2026-01-01T01:00:00.000Z']
const first = { tokenHash: 'a', expiresAt }
const second = { tokenHash: 'b', expiresAt: later }
const admitted: WorkerEvent = { type: 'WorkerAdmitted', data: { workerId, name: 'gpu-1', ...first } }
const issued: WorkerEvent = { type: 'WorkerTokenIssued', data: { workerId, ...second } }
const redeemed: WorkerEvent = { type: 'WorkerTokenRedeemed', data: { workerId, credentialHash: 'c', host: 'box' } }
const program = { version: '1.0.0', contracts: 'c'.repeat(64) }
const described = { version: '1.0.0', host: 'box', labels: ['gpu'], slots: 8 }
const joined: WorkerEvent = { type: 'WorkerJoined', data: { workerId, ...described } }
const drained: WorkerEvent = { type: 'WorkerDrained', data: { workerId, reason: null } }
const returned: WorkerEvent = { type: 'WorkerReturned', data: { workerId } }
const removed: WorkerEvent = { type: 'WorkerRemoved', data: { workerId, reason: null } }
const refused: WorkerEvent = { type: 'WorkerJoinRefused', data: { workerId, code: 'WORKER_TOKEN_USED', host: 'box' } }

const commands = {
  AdmitWorker: { type: 'AdmitWorker', workerId, name: 'gpu-1', ...first },
  IssueWorkerToken: { type: 'IssueWorkerToken', workerId, ...second },
  JoinInstance: {
    type: 'JoinInstance',
    workerId,
    tokenHash: 'a',
    credentialHash: 'c',
    now,
    expected: program,
    ...program,
    ...described,
  },
  NoteJoinRefused: { type: 'NoteJoinRefused', ...refused.data },
  DrainWorker: { type: 'DrainWorker', workerId, reason: null },
  ReturnWorker: { type: 'ReturnWorker', workerId },
  RemoveWorker: { type: 'RemoveWorker', workerId, reason: null },
} as const satisfies { [Type in WorkerCommand['type']]: Extract<WorkerCommand, { type: Type }> }

const states = {
  'the instance itself': [],
  'the instance itself, drained': [drained],
  'the instance itself, removed when it could be': [removed],
  admitted: [admitted],
  active: [admitted, redeemed, joined],
  drained: [admitted, redeemed, joined, drained],
  'drained and started again': [admitted, redeemed, drained, joined],
  removed: [admitted, redeemed, joined, removed],
} as const

type Cell = readonly WorkerEvent[] | WorkerRejection
const table: Record<keyof typeof states, Record<WorkerCommand['type'], Cell>> = {
  'the instance itself': {
    AdmitWorker: [admitted],
    IssueWorkerToken: 'WORKER_NOT_ADMITTED',
    JoinInstance: 'WORKER_TOKEN_INVALID',
    NoteJoinRefused: [refused],
    DrainWorker: [drained],
    ReturnWorker: [],
    RemoveWorker: 'WORKER_NOT_ADMITTED',
  },
  'the instance itself, drained': {
    AdmitWorker: [],
    IssueWorkerToken: 'WORKER_NOT_ADMITTED',
    JoinInstance: 'WORKER_TOKEN_INVALID',
    NoteJoinRefused: [refused],
    DrainWorker: [],
    ReturnWorker: [returned],
    RemoveWorker: 'WORKER_NOT_ADMITTED',
  },
  'the instance itself, removed when it could be': {
    AdmitWorker: [],
    IssueWorkerToken: 'WORKER_NOT_ADMITTED',
    JoinInstance: 'WORKER_TOKEN_INVALID',
    NoteJoinRefused: [refused],
    DrainWorker: 'WORKER_REMOVED',
    ReturnWorker: [returned],
    RemoveWorker: 'WORKER_NOT_ADMITTED',
  },
  admitted: {
    AdmitWorker: [],
    IssueWorkerToken: [issued],
    JoinInstance: [redeemed, joined],
    NoteJoinRefused: [refused],
    DrainWorker: [drained],
    ReturnWorker: [],
    RemoveWorker: [removed],
  },
  active: {
    AdmitWorker: [],
    IssueWorkerToken: [issued],
    JoinInstance: [joined],
    NoteJoinRefused: [refused],
    DrainWorker: [drained],
    ReturnWorker: [],
    RemoveWorker: [removed],
  },
  drained: {
    AdmitWorker: [],
    IssueWorkerToken: [issued],
    JoinInstance: [joined],
    NoteJoinRefused: [refused],
    DrainWorker: [],
    ReturnWorker: [returned],
    RemoveWorker: [removed],
  },
  'drained and started again': {
    AdmitWorker: [],
    IssueWorkerToken: [issued],
    JoinInstance: [joined],
    NoteJoinRefused: [refused],
    DrainWorker: [],
    ReturnWorker: [returned],
    RemoveWorker: [removed],
  },
  removed: {
    AdmitWorker: [],
    IssueWorkerToken: 'WORKER_REMOVED',
    JoinInstance: 'WORKER_REMOVED',
    NoteJoinRefused: [refused],
    DrainWorker: 'WORKER_REMOVED',
    ReturnWorker: 'WORKER_REMOVED',
    RemoveWorker: [],
  },
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([type, expected]) => ({ state, type, expected }) as const),
)
const { given } = specification(worker)

test.each(cells)('$type, $state', ({ state, type, expected }) => {
  const decided = given(...states[state as keyof typeof states]).when(commands[type as WorkerCommand['type']])
  if (typeof expected === 'string') decided.rejectedWith(expected)
  else decided.then(...expected)
})

describe('a join token', () => {
  const join = commands.JoinInstance
  /** As another machine that has seen the token. */
  const asAnother = { ...join, credentialHash: 'x' }

  test.each([
    ['that was used is refused to anybody else, while the worker is there', [admitted, redeemed, joined]],
    ['that was used is refused after the worker has left', [admitted, redeemed, joined, drained]],
  ])('%s', (_, history) => {
    given(...history)
      .when(asAnother)
      .rejectedWith('WORKER_TOKEN_USED')
    const decided = worker.decide(asAnother, given(...history).state)
    expect(JSON.stringify(decided)).toContain(`mosaic worker token ${workerId}`)
  })

  test('is good until its end', () => {
    given(admitted)
      .when({ ...join, now: expiresAt })
      .rejectedWith('WORKER_TOKEN_EXPIRED')
  })

  test('is refused where it is not the one that was given out', () => {
    given(admitted)
      .when({ ...join, tokenHash: 'b' })
      .rejectedWith('WORKER_TOKEN_INVALID')
  })

  test('with the credential that it was exchanged for is no second use: the answer may have been lost', () => {
    given(admitted, redeemed, joined)
      .when({ ...join, now: later })
      .then(joined)
  })

  test('that is new ends the one before, and its exchange the credential before', () => {
    const byCredential = { ...join, tokenHash: null }
    given(admitted, issued).when(join).rejectedWith('WORKER_TOKEN_INVALID')
    given(admitted, redeemed, joined, issued).when(byCredential).then(joined)
    const exchanged: WorkerEvent = { type: 'WorkerTokenRedeemed', data: { ...redeemed.data, credentialHash: 'd' } }
    given(admitted, redeemed, joined, issued)
      .when({ ...join, tokenHash: 'b', credentialHash: 'd' })
      .then(exchanged, joined)
    given(admitted, redeemed, joined, issued, exchanged).when(byCredential).rejectedWith('WORKER_CREDENTIAL_INVALID')
  })

  test('of a worker of another version is refused with the reason, and is not used up', () => {
    const decided = worker.decide({ ...join, version: '0.9.0' }, given(admitted).state)
    expect(decided).toMatchObject({ ok: false, error: { code: 'WORKER_VERSION_DIFFERS', field: 'version' } })
    expect(JSON.stringify(decided)).toContain(
      'of version 0.9.0 with contracts cccccccccccc, the instance of version 1.0.0',
    )
  })

  test('of a worker of the same version with other contracts, or that names none, was taken', () => {
    const refusalOf = (contracts: string | undefined) => {
      const decided = worker.decide({ ...join, contracts }, given(admitted).state)
      return decided.ok ? undefined : [decided.error.code, decided.error.field, decided.error.message]
    }
    const refusal = (theirs: string) => [
      'WORKER_VERSION_DIFFERS',
      'contracts',
      `the worker is of version 1.0.0 with ${theirs}, the instance of version 1.0.0 with contracts cccccccccccc: both have to be the same, from clones of the same commit`,
    ]
    expect(refusalOf('d'.repeat(64))).toEqual(refusal('contracts dddddddddddd'))
    expect(refusalOf(undefined)).toEqual(refusal('contracts that it does not name'))
  })

  test('that is repeated without end does not fill the log', () => {
    const often = Array.from({ length: 10 }, () => refused)
    given(admitted, redeemed, ...often.slice(1))
      .when(commands.NoteJoinRefused)
      .then(refused)
    given(admitted, redeemed, ...often)
      .when(commands.NoteJoinRefused)
      .nothing()
  })
})

describe('a kept credential', () => {
  const byCredential = { ...commands.JoinInstance, tokenHash: null, now: later }

  test('lets a worker in that starts again', () => {
    given(admitted, redeemed, joined).when(byCredential).then(joined)
  })

  test('opens nothing before its token was exchanged, where it is another, and after the worker was removed', () => {
    given(admitted).when(byCredential).rejectedWith('WORKER_CREDENTIAL_INVALID')
    given(admitted, redeemed)
      .when({ ...byCredential, credentialHash: 'x' })
      .rejectedWith('WORKER_CREDENTIAL_INVALID')
    given(admitted, redeemed, joined, removed).when(byCredential).rejectedWith('WORKER_REMOVED')
  })
})
