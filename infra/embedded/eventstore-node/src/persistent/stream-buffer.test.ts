import { describe, expect, test } from 'vitest'
import type { Message } from './message.ts'
import { StreamBuffer } from './stream-buffer.ts'

const message = (marker: number | undefined): Message => ({
  event: { position: 0, record: Buffer.alloc(0) },
  link: undefined,
  id: String(marker),
  marker,
  retryCount: 0,
})
const markers = (messages: readonly Message[]) => messages.map(({ marker }) => marker)

describe('a stream buffer', () => {
  test('puts a retried event before later ones, a replayed one at the end', () => {
    const buffer = new StreamBuffer({ size: 10, liveSize: 10, live: true })
    for (const marker of [3, undefined, 1, 2]) buffer.addRetry(message(marker))
    expect(markers(buffer.retries)).toEqual([1, 2, 3, undefined])
  })

  test('falls behind with the first live event that has no room', () => {
    const buffer = new StreamBuffer({ size: 2, liveSize: 2, live: true })
    for (const marker of [0, 1, 2]) buffer.addLive(message(marker))
    expect([buffer.live, markers(buffer.waiting), buffer.liveCount]).toEqual([false, [0, 1], 2])
    expect([buffer.isLiveFrom(0), buffer.isLiveFrom(1)]).toEqual([false, true])
    buffer.catchUp()
    expect([buffer.live, buffer.liveCount]).toEqual([true, 0])
  })

  test('accepts a page as long as some room stays', () => {
    const buffer = new StreamBuffer({ size: 20, liveSize: 0, live: false })
    expect([buffer.canAccept(19), buffer.canAccept(20)]).toEqual([true, false])
  })
})
