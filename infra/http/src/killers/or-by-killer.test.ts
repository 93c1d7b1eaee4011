import type { StrikeAnswer } from '@mosaic/contracts/fleet'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { expect, test } from 'vitest'
import { orByKiller } from './or-by-killer.ts'

type Answer = Result<string, Rejection<RejectionCode>>

const never = new Promise<never>(() => undefined)
const answered = ok('by the orchestrator')
const unavailable = err({ code: 'ORCHESTRATOR_UNAVAILABLE', message: 'away' } as const)
const refused = err({ code: 'SESSION_ENDED', message: 'over' } as const)
const struck: StrikeAnswer = { struck: true, sessionIds: ['one'], unconfirmed: [] }
const left: StrikeAnswer = { struck: false, sessionIds: [], unconfirmed: [] }

test.each<[string, Promise<Answer>, Promise<StrikeAnswer | undefined>, Answer]>([
  ['the orchestrator’s, where it answers', Promise.resolve(answered), Promise.resolve(struck), answered],
  ['its refusal', Promise.resolve(refused), Promise.resolve(struck), refused],
  [
    'its own, however late, where the killer has left it to it',
    Promise.resolve(answered),
    Promise.resolve(left),
    answered,
  ],
  ['the killer’s, where the orchestrator is away', Promise.resolve(unavailable), Promise.resolve(struck), ok('one')],
  ['the killer’s, where the orchestrator never answers', never, Promise.resolve(struck), ok('one')],
  ['that it is away, where there is no killer', Promise.resolve(unavailable), Promise.resolve(undefined), unavailable],
])('a kill’s answer is %s', async (_, asked, strike, expected) => {
  const answerOf = ({ sessionIds }: StrikeAnswer) => sessionIds.join()
  expect(await orByKiller({ asked, struck: strike, answerOf, patienceMs: 20 })).toEqual(expected)
})
