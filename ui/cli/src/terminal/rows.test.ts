import xterm from '@xterm/headless'
import { expect, test } from 'vitest'
import { rowsOf } from './rows.ts'

const shown = async (text: string): Promise<string[]> => {
  const screen = new xterm.Terminal({ cols: 20, rows: 2, allowProposedApi: true, logLevel: 'off' })
  await new Promise<void>((resolve) => screen.write(text, resolve))
  return rowsOf(screen)
}
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const plain = (row: string) => row.replaceAll(/\u001b\[[0-9;]*m/g, '').trimEnd()

test('rows are shown with their colours', async () => {
  const [first] = await shown('\u001b[1;31mred\u001b[0m \u001b[48;2;1;2;3mback')
  expect(first).toContain('\u001b[0;1;38;5;1mred')
  expect(first).toContain('\u001b[0;48;2;1;2;3mback')
})

test.each([
  ['a title', '\u001b]0;title\u0007ok'],
  ['the clipboard', '\u001b]52;c;aGk=\u0007ok'],
  ['a link', '\u001b]8;;http://x/\u0007ok\u001b]8;;\u0007'],
  ['a question of what terminal it is', '\u001b[c\u001b[6n\u001b[>cok'],
  ['a picture', '\u001bPq#0;2;0;0;0\u001b\\ok'],
  ['a message to the program around it', '\u001b_Gf=100;AAAA\u001b\\ok'],
  ['eight-bit controls', '\u009b31mok'],
])('of %s only what it shows reaches the person’s terminal', async (_, text) => {
  const [first = ''] = await shown(text)
  expect(plain(first)).toBe('ok')
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  expect(first.replaceAll(/\u001b\[[0-9;]*m/g, '')).not.toMatch(/\p{Cc}/u)
})
