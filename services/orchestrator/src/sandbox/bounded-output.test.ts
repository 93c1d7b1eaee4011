import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { BoundedOutput } from './bounded-output.ts'

async function output(maxBytes: number, chunks: readonly (string | Buffer)[]) {
  const stream = new PassThrough()
  const bounded = new BoundedOutput(stream, maxBytes)
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await bounded.ended
  return bounded.take()
}

describe('BoundedOutput', () => {
  it('keeps everything that fits', async () => {
    expect(await output(10, ['12345', '67890'])).toEqual({ text: '1234567890', truncated: false })
  })

  it('keeps beginning and end of what does not', async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `${index}\n`)
    const { text, truncated } = await output(20, lines)
    expect(text).toBe('0\n1\n2\n3\n4\n\n[… 3870 bytes left out …]\n7\n998\n999\n')
    expect(truncated).toBe(true)
  })

  it('cuts no character in half', async () => {
    for (let size = 2; size < 20; size += 1) {
      const { text } = await output(size, [Buffer.from('aé€😀'.repeat(20))])
      expect(text).not.toContain('\ufffd')
    }
  })

  it('drops what comes after it was taken', async () => {
    const stream = new PassThrough()
    const bounded = new BoundedOutput(stream, 100)
    stream.write('first')
    await new Promise(setImmediate)
    expect(bounded.take().text).toBe('first')
    stream.write('second')
    await new Promise(setImmediate)
    expect(bounded.take().text).toBe('')
  })
})
