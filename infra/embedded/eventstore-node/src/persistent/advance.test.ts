import { describe, expect, test } from 'vitest'
import { Advance } from './advance.ts'
import type { Message } from './message.ts'
import type { GroupSettings } from './settings.ts'

const settings = (changes: Partial<GroupSettings>): GroupSettings => ({
  resolveLinks: false,
  extraStatistics: false,
  messageTimeoutMs: 0,
  maxRetryCount: 0,
  checkpointAfterMs: 1000,
  minCheckpointCount: 2,
  maxCheckpointCount: 4,
  maxSubscriberCount: 0,
  liveBufferSize: 0,
  readBatchSize: 0,
  historyBufferSize: 0,
  strategy: 'RoundRobin',
  ...changes,
})
const message = (marker: number | undefined): Message => ({
  event: { position: 0, record: Buffer.alloc(0) },
  link: undefined,
  id: String(marker),
  marker,
  retryCount: 0,
})
const none = () => undefined

/** Everything up to the count is handed out: events 10, 11, 12, … */
function after(count: number, changes: Partial<GroupSettings> = {}) {
  const advance = new Advance(settings(changes), undefined)
  const messages = Array.from({ length: count }, (_, n) => advance.handOut(message(10 + n)))
  return { advance, messages }
}

describe('a checkpoint is due', () => {
  test('not before anything was handed out', () => {
    expect(after(0, { maxCheckpointCount: 0 }).advance.due(none, true, 0)).toBeUndefined()
  })

  test('at the upper count, whenever', () => {
    expect(after(3).advance.due(none, false, 0)).toBeUndefined()
    expect(after(4).advance.due(none, false, 0)).toBe(13)
  })

  test('at the lower count only when time has come', () => {
    const { advance } = after(2)
    expect(advance.due(none, false, 0)).toBeUndefined()
    expect(advance.due(none, true, 0)).toBe(11)
    for (const marker of [12, 13]) advance.handOut(message(marker))
    expect(advance.due(none, true, 999)).toBeUndefined()
    expect(advance.due(none, true, 1000)).toBe(13)
  })

  test('never for time when that is 0', () => {
    expect(after(3, { checkpointAfterMs: 0 }).advance.due(none, true, 1e9)).toBeUndefined()
  })

  test('before the first event that is still open, and not at all when that is the first of all', () => {
    const { advance, messages } = after(6)
    expect(advance.due(() => messages[0], false, 0)).toBeUndefined()
    expect(advance.due(() => messages[4], false, 0)).toBe(13)
  })

  test('counting what a filter passed over, but nothing that is replayed or retried', () => {
    const { advance, messages } = after(1)
    advance.handOut(message(undefined))
    advance.handOut({ ...messages[0]!, retryCount: 1 })
    advance.passOver(40, 2)
    expect(advance.due(none, false, 0)).toBeUndefined()
    advance.passOver(41, 1)
    expect(advance.due(none, false, 0)).toBe(41)
  })

  test('counting from the one it began with', () => {
    const advance = new Advance(settings({}), 7)
    for (const marker of [8, 9, 10]) advance.handOut(message(marker))
    expect(advance.due(none, false, 0)).toBeUndefined()
    advance.handOut(message(11))
    expect(advance.due(none, false, 0)).toBe(11)
  })
})
