import type { Logger } from '@mosaic/runtime'
import { expect, test, vi } from 'vitest'
import { letGo } from './let-go.ts'

const failing = (times: number) => {
  let asked = 0
  const ask = async () => {
    asked += 1
    if (asked <= times) throw new Error('its sandbox does not answer')
  }
  return { park: ask, stop: ask, asked: () => asked }
}

test.each(['park', 'stop'] as const)('one session that failed to %s left the others half let go of', async (how) => {
  const [never, once, well] = [failing(Number.POSITIVE_INFINITY), failing(1), failing(0)]
  const error = vi.fn<(given: object) => void>()
  const sessions = new Map(Object.entries({ never, once, well, ended: undefined }))
  const starting = new Map([...sessions].map(([id, session]) => [id, Promise.resolve(session)]))
  await letGo(starting, how, { error } as unknown as Logger)
  expect([never, once, well].map(({ asked }) => asked())).toEqual([3, 2, 1])
  const said = error.mock.calls.map(([given]) => given)
  expect(said).toHaveLength(4)
  expect(said.at(-1)).toMatchObject({ sessionId: 'never', triesLeft: 0 })
})
