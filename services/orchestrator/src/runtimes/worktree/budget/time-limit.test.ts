import { expect, test } from 'vitest'
import { TimeIsUpError, timeLimit } from './time-limit.ts'

const { signal: never } = new AbortController()

/** Goes on until it is broken off, and says so in its own way. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))))

test('what is under way is broken off when the time is up', async () => {
  const within = timeLimit({ withinMs: 5, left: async () => 0, halted: never })
  await expect(within(endless)).rejects.toBeInstanceOf(TimeIsUpError)
})

test('where more time was given meanwhile it goes on for as long', async () => {
  const answers = [5, 5, 0]
  const within = timeLimit({ withinMs: 5, left: async () => answers.shift()!, halted: never })
  await expect(within(endless)).rejects.toBeInstanceOf(TimeIsUpError)
  expect(answers).toEqual([])
})

test('who cannot be asked has not given more time', async () => {
  const left = () => Promise.reject(new Error('nobody is there'))
  await expect(timeLimit({ withinMs: 5, left, halted: never })(endless)).rejects.toBeInstanceOf(TimeIsUpError)
})

test('what is not limited any more goes on to its end', async () => {
  let asked = () => {}
  const wasAsked = new Promise<void>((resolve) => (asked = resolve))
  const left = async () => (asked(), null)
  expect(await timeLimit({ withinMs: 1, left, halted: never })(() => wasAsked.then(() => 'done'))).toBe('done')
})

test('what ends in time is told as it ended, and nobody is asked', async () => {
  const left = () => Promise.reject(new Error('asked'))
  const within = timeLimit({ withinMs: 60_000, left, halted: never })
  expect(await within(async () => 'done')).toBe('done')
  await expect(within(() => Promise.reject(new Error('its own')))).rejects.toThrow('its own')
})

test('a halt is a halt, not the end of the time', async () => {
  const halted = AbortSignal.abort(new Error('killed'))
  const within = timeLimit({ withinMs: 60_000, left: async () => 0, halted })
  await expect(within(async (signal) => signal.throwIfAborted())).rejects.toThrow('killed')
})
