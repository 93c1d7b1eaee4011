import { type KeyValue, MessagingUnavailableError, RevisionMovedError } from '@mosaic/messaging'
import type { Logger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import { Checkpoints } from './checkpoints.ts'

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
  const write = () =>
    all.write({ position: String(++position), last: { streamId: 's', revision: 1, eventId: 'e' }, states: {} })
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
