import type { LiveFrame } from '@mosaic/contracts/messaging'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRedactor, Seam } from '@mosaic/redaction'
import { LiveFrames } from './live-frames.ts'

const identity = {
  sessionId: '01890000-0000-7000-8000-000000000001',
  messageId: '01890000-0000-7000-8000-000000000002',
}
const text = (said: string, block = 0) => ({ block, blockType: 'text' as const, toolName: null, text: said })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function collect() {
  const frames: LiveFrame[] = []
  const { text: redact } = createRedactor()
  const covering = { redact, seam: new Seam(redact) }
  return { frames, live: new LiveFrames(identity, (frame) => frames.push(frame), covering) }
}

test('what comes within 30 ms goes out as one frame, with its place in the block, but for the last words', () => {
  const { frames, live } = collect()
  live.started(3)
  live.delta(text('One two th'))
  live.delta(text('ree four five six'))
  expect(frames).toEqual([{ ...identity, kind: 'started', turn: 3 }])
  vi.advanceTimersByTime(30)
  live.delta(text(' seven'))
  vi.advanceTimersByTime(30)
  live.finished()
  expect(frames.slice(1)).toMatchObject([
    { kind: 'delta', offset: 0, text: 'One two' },
    { kind: 'delta', offset: 7, text: ' three' },
    { kind: 'delta', offset: 13, text: ' four five six seven' },
  ])
})

test('a secret that comes in two pieces shows in neither', () => {
  const { frames, live } = collect()
  const token = ['mosa', 'ic_', 'a1'.repeat(20)].join('')
  for (const piece of ['the key is ', token.slice(0, 9), token.slice(9), ', keep it']) {
    live.delta(text(piece))
    vi.advanceTimersByTime(30)
  }
  live.finished()
  expect(frames.map((frame) => (frame.kind === 'delta' ? frame.text : '')).join('')).toBe(
    'the key is [redacted: Mosaic token], keep it',
  )
})

test('a new block sends what the one before it still has', () => {
  const { frames, live } = collect()
  live.delta(text('one'))
  live.delta(text('two', 1))
  live.finished()
  expect(frames).toMatchObject([
    { block: 0, offset: 0, text: 'one' },
    { block: 1, offset: 0, text: 'two' },
  ])
})

test('a message that will not be is called off', () => {
  const { frames, live } = collect()
  live.delta(text('Hel'))
  live.aborted()
  vi.advanceTimersByTime(100)
  expect(frames.map(({ kind }) => kind)).toEqual(['delta', 'aborted'])
})

test('a secret that is cut over two blocks is covered in both', () => {
  const { frames, live } = collect()
  const secret = ['ghp', 'aB3xK9mQ7tR2'.repeat(3)].join('_')
  live.delta(text(`It is ${secret.slice(0, 20)}`, 0))
  live.delta(text(`${secret.slice(20)} and that is all there is to say.`, 1))
  live.finished()
  const said = frames.flatMap((frame) => (frame.kind === 'delta' ? [frame.text] : [])).join('')
  expect(said).toBe(
    'It is [redacted: beginning of a secret][redacted: rest of a secret] and that is all there is to say.',
  )
})
