import { expect, test } from 'vitest'
import { parseEvent } from '../kernel/index.ts'
import { workerEvents } from './index.ts'

test('a token of WorkerAdmitted version 1, which had no end, has ended', () => {
  const data = { workerId: '01890000-0000-7000-8000-000000000001', name: 'gpu-1', tokenHash: 'a' }
  expect(parseEvent(workerEvents, { type: 'WorkerAdmitted', data, schemaVersion: 1 })).toEqual({
    ok: true,
    data: { ...data, expiresAt: '1970-01-01T00:00:00.000Z' },
  })
})
