import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameError, frameOf, frameReader, kinds, mostFrameBytes } from './inside/frames.mts'

test('frames are the same, however they are cut on their way', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(...Object.values(kinds)), fc.uint8Array({ maxLength: 50 })))
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 20 }), (sent, size) => {
      const bytes = Buffer.concat(sent.map(([kind, body]) => frameOf(kind, body)))
      const heard: (string | Uint8Array)[][] = []
      const read = frameReader((kind, body) => heard.push([kind, new Uint8Array(body)]))
      for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size))
      expect(heard).toEqual(sent.map(([kind, body]) => [kind, new Uint8Array(body)]))
    }),
  )
})

test('one that says that it is too long is refused before it has come', () => {
  const head = frameOf(kinds.output, '')
  head.writeUInt32BE(mostFrameBytes + 1, 1)
  expect(() => frameReader(() => undefined)(head)).toThrow(FrameError)
})
