import type { WorkerPresence } from '@mosaic/contracts/worker'
import { type KeyValueChange, MessagingUnavailableError } from '@mosaic/messaging'
import { eventually, id } from '@mosaic/kit'
import type { Logger } from '@mosaic/runtime'
import { afterEach, expect, test } from 'vitest'
import { WorkersHeard } from './workers-heard.ts'

const presence = (workerId: string): WorkerPresence => ({
  workerId,
  ownerId: id(9),
  name: 'box',
  version: '1',
  labels: ['gpu'],
  slots: 1,
  live: 0,
  isEmpty: false,
})
const said = (workerId: string, value: string): KeyValueChange => ({ key: workerId, value, revision: 1 })

const running: WorkersHeard[] = []
afterEach(async () => {
  for (const heard of running.splice(0)) await heard.stop()
})

/** Who is heard where the bucket tells of this, and then ends with `fault` or with nothing more. */
function hearing(changes: readonly KeyValueChange[], fault?: Error) {
  const told: string[] = []
  let watches = 0
  const bucket = {
    async *watch({ signal }: { signal: AbortSignal }) {
      watches += 1
      yield* changes
      if (fault && watches === 1) throw fault
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    },
  }
  const messaging = { keyValue: () => bucket } as unknown as ConstructorParameters<typeof WorkersHeard>[0]
  const logger = {
    warn: (_: object, message: string) => void told.push(`warn ${message}`),
    error: (_: object, message: string) => void told.push(`error ${message}`),
  } as unknown as Logger
  const heard = new WorkersHeard(messaging, { now: () => new Date() }, logger)
  running.push(heard)
  heard.start()
  return { heard, told, watches: () => watches }
}

test('one worker that says what cannot be read made all others unheard, for ever and without a word', async () => {
  const odd = [said(id(1), '{'), said(id(1), '{"workerId":1}'), said(id(1), '[')]
  const { heard, told, watches } = hearing([...odd, said(id(2), JSON.stringify(presence(id(2))))])
  await eventually('the other to be heard', () => heard.isAlive(id(2)))
  expect(heard.haveLabels(['gpu'])).toBe(true)
  expect([heard.isAlive(id(1)), watches()]).toEqual([false, 1])
  expect(told).toEqual(['warn what a worker says of itself cannot be read: nothing is given to it'])
})

test('that NATS is away is known; any other fault is told, and they are listened to again', async () => {
  const away = hearing([], new MessagingUnavailableError('away'))
  const broken = hearing([], new Error('broken'))
  await eventually('both to listen again', () => away.watches() === 2 && broken.watches() === 2)
  expect([away.told, broken.told]).toEqual([[], ['error workers are not heard']])
})
