import { expect, test } from 'vitest'
import { LiveTerminal } from './live-terminal.ts'

test('a program that asked its terminal without end, and read nothing, was answered without end', async () => {
  const nothing = () => undefined
  const terminal = new LiveTerminal({
    sessionId: 'session',
    size: { columns: 80, rows: 24 },
    show: nothing,
    typist: () => null,
    changed: nothing,
    tell: nothing,
  })
  let typed = 0
  terminal.begin({ type: (text) => void (typed += text.length), resize: nothing })
  for (let n = 0; n < 10; n++) await terminal.wrote(Buffer.from('\u001B[6n'.repeat(4_000)))
  terminal.end()
  expect(typed).toBeGreaterThan(60_000)
  expect(typed).toBeLessThanOrEqual(64_000)
})
