import type { EventStore } from '@mosaic/event-store'
import { type KeyValue, MessagingUnavailableError, RevisionMovedError } from '@mosaic/messaging'
import { createLogger, type Logger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import { Checkpoints } from './checkpoints.ts'

const event = { streamId: 's', revision: 1, id: 'e' }
const last = { streamId: 's', revision: 1, eventId: 'e' }

/** Checkpoints in a bucket that keeps what is put into it and takes no more at once than NATS does. */
function kept() {
  const state = { value: '' }
  const bucket = {
    get: async () => (state.value === '' ? null : { value: state.value, revision: 1 }),
    put: async (_: string, value: string) => {
      if (value.length > 8 * 1024 * 1024) throw new MessagingUnavailableError('max_payload size exceeded')
      state.value = value
      return 1
    },
  } as unknown as KeyValue
  const store = {
    async *readStream() {
      yield { kind: 'event', event }
    },
  } as unknown as Pick<EventStore, 'readStream'>
  const logger = createLogger({ name: 'test', level: 'silent' })
  return { state, all: new Checkpoints({ store, bucket, key: 'k', folds: 'f@1', logger }) }
}

/** Checkpoints in a bucket that answers a write as `fault` says, and what is logged of it. */
function checkpoints() {
  const told: string[] = []
  const log = (level: string) => () => void told.push(level)
  const state: { fault: Error | undefined; told: string[] } = { fault: undefined, told }
  const bucket = {
    get: async () => null,
    put: async () => {
      if (state.fault) throw state.fault
      return 1
    },
  } as unknown as KeyValue
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn') } as unknown as Logger
  const store = { async *readStream() {} }
  const all = new Checkpoints({ store, bucket, key: 'k', folds: 'f@1', logger })
  let position = 0
  const write = () => all.write({ position: String(++position), last, states: {} })
  return { state, write }
}

test('a checkpoint that could not be kept for hours was told of nobody', async () => {
  const { state, write } = checkpoints()
  await write()
  expect(state.told).toEqual([])
  state.fault = new MessagingUnavailableError('away')
  expect([await write(), await write()]).toEqual([false, false])
  expect(state.told, 'once for as long as it lasts').toEqual(['warn', 'debug'])
  state.fault = undefined
  expect(await write()).toBe(true)
  state.fault = new MessagingUnavailableError('away again')
  await write()
  expect(state.told).toEqual(['warn', 'debug', 'info', 'warn'])
})

test('that another process was faster is no news', async () => {
  const { state, write } = checkpoints()
  state.fault = new RevisionMovedError('moved')
  await write()
  expect(state.told).toEqual(['debug'])
})

test('a checkpoint with twenty thousand tasks in a queue was larger than NATS takes, and no start had it', async () => {
  const { all } = kept()
  const taskOf = () => ({ taskId: crypto.randomUUID(), missionId: crypto.randomUUID(), plan: 'p'.repeat(400) })
  const states = { queue: { tasks: Array.from({ length: 20_000 }, taskOf) } }
  expect(JSON.stringify(states).length).toBeGreaterThan(8 * 1024 * 1024)
  expect(await all.write({ position: '7', last, states })).toBe(true)
  expect(await all.read(new AbortController().signal)).toEqual({ position: '7', states })
})

test('a checkpoint as an earlier program wrote it is gone on with', async () => {
  const { state, all } = kept()
  state.value = JSON.stringify({ position: '7', last, folds: 'f@1', states: { queue: [1] } })
  expect(await all.read(new AbortController().signal)).toEqual({ position: '7', states: { queue: [1] } })
})

test('of a checkpoint whose states cannot be read the mark still counts', async () => {
  const { state, all } = kept()
  state.value = JSON.stringify({ position: '7', last, folds: 'f@1', states: 'nonsense' })
  expect(await all.read(new AbortController().signal)).toEqual({ position: '7', states: null })
})
