import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { terminalPlain, terminalSpans } from './terminal-text.ts'

const esc = '\u001B'

/** Spans as one text: `[red bold|words]`. */
const drawn = (text: string) =>
  terminalSpans(text)
    .map(({ text: words, colour, bold, italic, underlined }) => {
      const marks = [colour, bold && 'bold', italic && 'italic', underlined && 'underlined'].filter(Boolean)
      return marks.length > 0 ? `[${marks.join(' ')}|${words}]` : words
    })
    .join('')

describe('colours', () => {
  test.each([
    [`${esc}[31mred error${esc}[0m ${esc}[1mbold${esc}[0m`, '[red|red error] [bold|bold]'],
    [`${esc}[1;4;92mall${esc}[22;39m less${esc}[m none`, '[green bold underlined|all][underlined| less] none'],
    [`${esc}[38;5;196ma${esc}[38;2;10;20;250mb${esc}[38:5:46mc`, '[red|a][blue|b][green|c]'],
    [`${esc}[38;5;244mgrey ${esc}[38;2;255;255;255mwhite ${esc}[30mblack`, 'grey white black'],
    [`${esc}[41;37;8mhidden on red${esc}[48;2;0;0;0m still`, 'hidden on red still'],
    [`\u009B35mone byte${esc}[0m`, '[magenta|one byte]'],
    [`${esc}[31mover\nlines`, '[red|over]\n[red|lines]'],
  ])('%j', (given, shown) => expect(drawn(given)).toBe(shown))
})

describe('progress that writes over its line', () => {
  test.each([
    ['\rdownload 10%\rdownload 90%\rdownload done\n', 'download done\n'],
    ['100%\r5%\n', '5%0%\n'],
    [`100%\r${esc}[K5%\n`, '5%\n'],
    [`${esc}[32m####\r${esc}[31m##\n`, '[red|##][green|##]\n'],
    ['a\r\nb\r\n', 'a\nb\n'],
    ['half\r', 'half'],
  ])('%j', (given, shown) => expect(drawn(given)).toBe(shown))
})

describe('what else a terminal would obey is gone, and takes no words with it', () => {
  test.each([
    ['a title', `${esc}]0;root@host\u0007shown`, 'shown'],
    ['a link', `${esc}]8;;http://evil.invalid${esc}\\words${esc}]8;;${esc}\\`, 'words'],
    ['a title that never ends', `${esc}]0;and then the error\nshown`, '0;and then the error\nshown'],
    ['a cleared screen', `error${esc}[2J${esc}[H${esc}[1A${esc}[2Afine`, 'errorfine'],
    ['a question to the terminal', `a${esc}[6n${esc}[c${esc}Zb`, 'ab'],
    ['a clipboard', `a${esc}]52;c;cm0gLXJm\u0007b`, 'ab'],
    ['a device string', `a${esc}P+q544e${esc}\\b`, 'ab'],
    ['words that read backwards', 'a\u202Egnp.exe', 'agnp.exe'],
    ['bells, deletes, NULs', 'a\u0007\u007F\u0000\bb', 'ab'],
    ['half an escape', `a${esc}`, 'a'],
  ])('%s', (_, given, shown) => expect(drawn(given)).toBe(shown))
})

const anything = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(esc, '\u009B', '[', ']', '0;', '31m', 'K', '\r', '\n', '\u0007', '\u202E', '\u{1F600}', '\ud83d'),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

test('nothing that steers a terminal is left of anything, and a second time changes nothing', () => {
  fc.assert(
    fc.property(anything, (given) => {
      const once = terminalPlain(given)
      expect(once).not.toMatch(/[[\p{Cc}\u202A-\u202E\u2066-\u2069]--[\t\n]]/v)
      expect(terminalPlain(once)).toBe(once)
      expect(
        terminalSpans(given)
          .map(({ text }) => text)
          .join(''),
      ).toBe(once)
    }),
    { numRuns: 300 },
  )
})

test('words that have nothing to do with terminals stay as they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (given) => {
      const words = given.replaceAll(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '')
      expect(terminalPlain(`${words}\n${words}`)).toBe(`${words}\n${words}`)
    }),
  )
})

test('it takes no longer than the text is long', () => {
  const text = `${esc}]`.repeat(20_000) + `\u009D${'a'.repeat(20_000)}` + '\r'.repeat(20_000)
  const startedAt = performance.now()
  terminalPlain(text)
  expect(performance.now() - startedAt).toBeLessThan(5000)
})
