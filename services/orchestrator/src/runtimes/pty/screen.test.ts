import { repeatedFunctions } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import { Screen } from './screen.ts'

const size = { columns: 40, rows: 10 }

test.each(repeatedFunctions)(
  'a program asked for two thousand million of one thing, and all stood still: %j',
  async (id) => {
    const screen = new Screen(size, () => undefined)
    await screen.write(`a\x1b[2147483647${id.intermediates ?? ''}${id.final}\r\nb`)
    expect(screen.visible()).toEqual(['a', 'b'])
    screen.dispose()
  },
)

test('what fits on the screen is done as often as it is asked for', async () => {
  const screen = new Screen(size, () => undefined)
  await screen.write('x\x1b[4b\r\n\x1b[39@y')
  expect(screen.visible()[0]).toBe('xxxxx')
  await screen.write('\x1b[10S')
  expect(screen.visible()).toEqual([])
  screen.dispose()
})

test('a text of many pieces is shown as one', async () => {
  const screen = new Screen(size, () => undefined)
  for (const length of [0, 1, 1023, 1024, 1025, 5000]) {
    await screen.write(`\x1bc${'é😀'.repeat(length)}`)
    expect(screen.lines().join('')).toBe('é😀'.repeat(length))
  }
  screen.dispose()
})

test('others had no turn while a screen scrolled', async () => {
  const screen = new Screen(size, () => undefined)
  let turns = 0
  const beat = setInterval(() => (turns += 1), 1)
  await screen.write('\x1b[10S'.repeat(13_000))
  clearInterval(beat)
  expect(turns).toBeGreaterThan(2)
  screen.dispose()
})
