import { describe, expect, test } from 'vitest'
import { overCuts } from './over-cuts.ts'

describe('a connection that breaks', () => {
  const broken = (code: string) => new TypeError('no answer', { cause: Object.assign(new Error(code), { code }) })
  const failing = (codes: string[]) => {
    let sent = 0
    const send = async () => {
      const code = codes[sent++]
      if (code !== undefined) throw broken(code)
      return sent
    }
    return overCuts(send, { pause: 0 })
  }
  test('is made again, also while the gateway is being restarted', async () => {
    expect(await failing(['UND_ERR_SOCKET', 'ECONNREFUSED', 'ECONNREFUSED'])).toBe(4)
  })
  test('is given up at last', async () => {
    await expect(failing(Array(20).fill('ECONNRESET'))).rejects.toThrow('no answer')
  })
  test('is not tried again where nobody was in the first place', async () => {
    await expect(failing(['ECONNREFUSED'])).rejects.toThrow('no answer')
  })
  test('is made once more where nothing says how it broke, as in a browser', async () => {
    let sent = 0
    const send = async () => {
      sent++
      throw new TypeError('Failed to fetch')
    }
    await expect(overCuts(send, { pause: 0 })).rejects.toThrow('Failed to fetch')
    expect(sent).toBe(2)
  })
  test('was made again after a pause though nobody waited for the answer any more', async () => {
    const control = new AbortController()
    const send = async () => {
      setTimeout(() => control.abort(new Error('left')))
      throw broken('ECONNRESET')
    }
    await expect(overCuts(send, { pause: 3_600_000, signal: control.signal })).rejects.toThrow('left')
  })
  test('is another matter than an answer that takes too long', async () => {
    const late = async () => {
      throw new DOMException('late', 'TimeoutError')
    }
    await expect(overCuts(late, { pause: 0 })).rejects.toThrow('late')
  })
})
