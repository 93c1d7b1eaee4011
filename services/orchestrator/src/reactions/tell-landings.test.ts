import type { NewEvent } from '@mosaic/event-store'
import { asked, id } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { tellLandings } from './tell-landings.ts'

const [queueId, batchId, landingId, sessionId] = [id(1), id(2), id(3), id(4)]
const of = { landingId, branch: 'mosaic/1', into: 'main' }
const returned = (code: 'MERGE_CONFLICT' | 'GATES_REJECTED') =>
  ({
    type: 'LandingReturned',
    data: { ...of, queueId, sessionId, to: 'agent', times: 1, obstacle: { code, message: 'why', files: ['a'] } },
  }) satisfies NewEvent
const told = { files: ['a'], to: 'agent', times: 1 } as const
const note = (command: object) => [{ to: 'agentSession', id: sessionId, command, key: landingId }]

test('a session hears that its branch stands on the base', () => {
  const branches = [{ landingId, sessionId, branch: 'mosaic/1', commit: 'c1' }]
  const event = {
    type: 'LandingBatchLanded',
    data: { queueId, batchId, into: 'main', commit: 'c2', branches },
  } as const
  expect(asked(tellLandings, event)).toEqual(note({ type: 'NoteLanded', ...of, commit: 'c2' }))
})

test('a session hears why its branch does not, and who is to mend it', () => {
  expect(asked(tellLandings, returned('MERGE_CONFLICT'))).toEqual(
    note({ type: 'NoteLandingConflicted', ...of, ...told }),
  )
  expect(asked(tellLandings, returned('GATES_REJECTED'))).toEqual(
    note({ type: 'NoteLandingRejected', ...of, ...told, code: 'GATES_REJECTED', message: 'why' }),
  )
})
