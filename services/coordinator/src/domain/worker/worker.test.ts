import type { WorkerEvent, WorkerRejection } from '@mosaic/contracts/worker'
import { specification } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { worker, type WorkerCommand } from './worker.ts'

const workerId = '01890000-0000-7000-8000-000000000001'
const admitted: WorkerEvent = { type: 'WorkerAdmitted', data: { workerId, name: 'gpu-1', tokenHash: 'a' } }
const described = { version: '1.0.0', host: 'box', labels: ['gpu'], slots: 8 }
const joined: WorkerEvent = { type: 'WorkerJoined', data: { workerId, ...described } }
const drained: WorkerEvent = { type: 'WorkerDrained', data: { workerId, reason: null } }
const returned: WorkerEvent = { type: 'WorkerReturned', data: { workerId } }
const removed: WorkerEvent = { type: 'WorkerRemoved', data: { workerId, reason: null } }

const commands = {
  AdmitWorker: { type: 'AdmitWorker', workerId, name: 'gpu-1', tokenHash: 'a' },
  JoinInstance: { type: 'JoinInstance', workerId, tokenHash: 'a', expectedVersion: '1.0.0', ...described },
  DrainWorker: { type: 'DrainWorker', workerId, reason: null },
  ReturnWorker: { type: 'ReturnWorker', workerId },
  RemoveWorker: { type: 'RemoveWorker', workerId, reason: null },
} as const satisfies { [Type in WorkerCommand['type']]: Extract<WorkerCommand, { type: Type }> }

const states = {
  'the instance itself': [],
  'the instance itself, drained': [drained],
  'the instance itself, removed when it could be': [removed],
  admitted: [admitted],
  active: [admitted, joined],
  drained: [admitted, joined, drained],
  'drained and started again': [admitted, drained, joined],
  removed: [admitted, joined, removed],
} as const

type Cell = readonly WorkerEvent[] | WorkerRejection
const table: Record<keyof typeof states, Record<WorkerCommand['type'], Cell>> = {
  'the instance itself': {
    AdmitWorker: [admitted],
    JoinInstance: 'WORKER_TOKEN_INVALID',
    DrainWorker: [drained],
    ReturnWorker: [],
    RemoveWorker: 'WORKER_NOT_ADMITTED',
  },
  'the instance itself, drained': {
    AdmitWorker: [],
    JoinInstance: 'WORKER_TOKEN_INVALID',
    DrainWorker: [],
    ReturnWorker: [returned],
    RemoveWorker: 'WORKER_NOT_ADMITTED',
  },
  'the instance itself, removed when it could be': {
    AdmitWorker: [],
    JoinInstance: 'WORKER_TOKEN_INVALID',
    DrainWorker: 'WORKER_REMOVED',
    ReturnWorker: [returned],
    RemoveWorker: 'WORKER_NOT_ADMITTED',
  },
  admitted: {
    AdmitWorker: [],
    JoinInstance: [joined],
    DrainWorker: [drained],
    ReturnWorker: [],
    RemoveWorker: [removed],
  },
  active: {
    AdmitWorker: [],
    JoinInstance: [joined],
    DrainWorker: [drained],
    ReturnWorker: [],
    RemoveWorker: [removed],
  },
  drained: {
    AdmitWorker: [],
    JoinInstance: [joined],
    DrainWorker: [],
    ReturnWorker: [returned],
    RemoveWorker: [removed],
  },
  'drained and started again': {
    AdmitWorker: [],
    JoinInstance: [joined],
    DrainWorker: [],
    ReturnWorker: [returned],
    RemoveWorker: [removed],
  },
  removed: {
    AdmitWorker: [],
    JoinInstance: 'WORKER_REMOVED',
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

test('a token that is not the one that was given out, and a worker of another version, are refused with the reason', () => {
  const join = commands.JoinInstance
  given(admitted)
    .when({ ...join, tokenHash: 'b' })
    .rejectedWith('WORKER_TOKEN_INVALID')
  const decided = worker.decide({ ...join, version: '0.9.0' }, given(admitted).state)
  expect(decided).toMatchObject({ ok: false, error: { code: 'WORKER_VERSION_DIFFERS', field: 'version' } })
  expect(JSON.stringify(decided)).toContain('of version 0.9.0, the instance of 1.0.0')
})
