import { type Client, ProblemError, UnreachableError } from '@mosaic/client'
import { problem } from '@mosaic/contracts/http'
import { afterEach, expect, test, vi } from 'vitest'
import type { Context } from '../../gateway/action.ts'
import { awaitLanding } from './await-landing.ts'

const asked = { queueId: 'q', landingId: 'l', position: '1' }
const queue = { queueId: 'q', repository: '/code', into: 'main', batch: null, halted: null, trouble: null, over: [] }
const landed = { ...queue, over: [{ landingId: 'l', status: 'landed' }] }
const unavailable = new ProblemError(
  problem.parse({ type: 'urn:x', title: 't', status: 503, code: 'STORE_UNAVAILABLE', detail: 'away' }),
)

let said = ''
vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
  said += String(text)
  return true
})
afterEach(() => void (said = ''))

/** A gateway that answers so, one after the other. */
function contextOf(...answers: (object | Error)[]): Context {
  const call = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return { items: [answer] }
  }
  return { client: { call } as unknown as Client, signal: new AbortController().signal } as Context
}

test('a landing that was tried anew again and again said nothing', async () => {
  const tried = { ...queue, trouble: 'main has moved' }
  await awaitLanding(contextOf(tried, tried, landed), asked)
  expect(said).toBe('Tried anew: main has moved\n')
})

test('a restart of the gateway ended a landing with an error, though it went on', async () => {
  const context = contextOf(queue, new UnreachableError('gone'), unavailable, landed)
  expect(await awaitLanding(context, asked)).toMatchObject({ status: 'landed' })
  expect(said).toBe('The gateway does not answer. It goes on landing.\n')
})

test('what the gateway refuses is told as it is', async () => {
  const refused = new ProblemError(
    problem.parse({ type: 'urn:x', title: 't', status: 401, code: 'UNAUTHENTICATED', detail: 'no' }),
  )
  await expect(awaitLanding(contextOf(refused), asked)).rejects.toBe(refused)
})
