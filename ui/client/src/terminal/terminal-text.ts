import { plainStyle, styleAfter, type TerminalStyle } from './styles.ts'

/** A piece of text of one style; line breaks are in the text. */
export type TerminalSpan = TerminalStyle & { readonly text: string }

type Cell = { readonly character: string; readonly style: TerminalStyle }

// Control sequences (ECMA-48): CSI; strings (title, link, …) up to their end, on one line and of bounded length, so that
// one that never ends hides nothing; two-character escapes.
const sequence =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /(?:\u001B\[|\u009B)(?<parameters>[0-?]{0,64})[ -/]{0,8}(?<final>[@-~])|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C\n]{0,2048}(?:\u0007|\u001B\\|\u009C)|\u001B[ -/]{0,8}[0-~]/y

/** Characters that change the order in which others are read. */
const reordering = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
const control = /\p{Cc}/u

/**
 * What a program wrote for a terminal, as spans of text. Colours stay as far as they are legible in any theme. What was
 * written over after a carriage return is gone, as progress bars mean it; nothing else that moves the cursor, hides,
 * reorders or asks the terminal for something has any effect.
 */
export function terminalSpans(given: string): TerminalSpan[] {
  const text = given.replace(reordering, '')
  const spans: TerminalSpan[] = []
  let style = plainStyle
  let line: Cell[] = []
  let column = 0
  for (let at = 0; at < text.length; ) {
    sequence.lastIndex = at
    const found = sequence.exec(text)
    if (found) {
      at = sequence.lastIndex
      const { final, parameters = '' } = found.groups ?? {}
      if (final === 'm') style = styleAfter(style, parameters)
      if (final === 'K') line = erased(line, column, parameters)
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(at)!)
    at += character.length
    if (character === '\n') {
      add(spans, [...line, { character, style: plainStyle }])
      line = []
      column = 0
    } else if (character === '\r') column = 0
    else if (character === '\t' || !control.test(character)) line[column++] = { character, style }
  }
  add(spans, line)
  return spans
}

/** The same without any style. */
export const terminalPlain = (text: string): string =>
  isPlain(text)
    ? text
    : terminalSpans(text)
        .map((span) => span.text)
        .join('')

/** Most text has nothing of the kind. */
const isPlain = (text: string) => !/[[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]--[\t\n]]/v.test(text)

/** "Erase in line": to its end, to its beginning, or all of it. */
function erased(line: readonly Cell[], column: number, how: string): Cell[] {
  const blank: Cell = { character: ' ', style: plainStyle }
  if (how === '' || how === '0') return line.slice(0, column)
  return how === '1' ? line.map((cell, at) => (at <= column ? blank : cell)) : line.slice(0, column).map(() => blank)
}

function add(spans: TerminalSpan[], cells: readonly Cell[]): void {
  for (const { character, style } of cells) {
    const last = spans.at(-1)
    if (last && isSameStyle(last, style)) spans[spans.length - 1] = { ...last, text: last.text + character }
    else spans.push({ ...style, text: character })
  }
}

const isSameStyle = (one: TerminalStyle, other: TerminalStyle) =>
  one.colour === other.colour &&
  one.bold === other.bold &&
  one.italic === other.italic &&
  one.underlined === other.underlined
