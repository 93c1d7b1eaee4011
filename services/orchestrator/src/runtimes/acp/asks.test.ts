import { expect, test } from 'vitest'
import { Asks } from './asks.ts'

test('what was allowed is allowed once, as it was shown, and in that turn', () => {
  const asks = new Asks()
  asks.allow({ tool: 'commit', input: { message: 'a', files: 1 } })
  expect(asks.take({ tool: 'commit', input: { message: 'b', files: 1 } })).toBe(false)
  expect(asks.take({ tool: 'commit', input: { files: 1, message: 'a' } })).toBe(true)
  expect(asks.take({ tool: 'commit', input: { files: 1, message: 'a' } })).toBe(false)
  asks.allow({ tool: 'commit', input: {} })
  asks.clear()
  expect(asks.take({ tool: 'commit', input: {} })).toBe(false)
})
