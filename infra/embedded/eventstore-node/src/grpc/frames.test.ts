import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { MessageSplitter, frameMessages } from './frames.ts'

const collect = (chunks: Buffer[], encoding?: string, limit = 1000): string[] => {
  const found: string[] = []
  const splitter = new MessageSplitter(limit, encoding)
  for (const chunk of chunks) splitter.push(chunk, (message) => found.push(message.toString()))
  expect(splitter.atBoundary).toBe(true)
  return found
}
const framed = frameMessages(['one', '', 'three'].map((text) => Buffer.from(text)))

describe('MessageSplitter', () => {
  test('finds the messages of one chunk', () => {
    expect(collect([framed])).toEqual(['one', '', 'three'])
  })

  test('finds them wherever the chunks are cut', () => {
    const bytes = Array.from(framed, (_, at) => framed.subarray(at, at + 1))
    expect(collect(bytes)).toEqual(['one', '', 'three'])
  })

  test('inflates what is compressed', () => {
    const frame = frameMessages([gzipSync('small')])
    frame[0] = 1
    expect(collect([frame], 'gzip')).toEqual(['small'])
  })

  test('refuses a message above the limit, also one that only gets there by inflating', () => {
    expect(() => collect([frameMessages([Buffer.alloc(1001)])])).toThrow(/exceeds/)
    const bomb = frameMessages([gzipSync(Buffer.alloc(100_000))])
    bomb[0] = 1
    expect(() => collect([bomb], 'gzip')).toThrow()
  })
})
