import { createColors } from 'picocolors'
import { expect, test } from 'vitest'
import { forTerminal, jsonText } from './cli.ts'

const esc = '\u001B'

test('of what is printed our own colours alone reach the terminal', () => {
  const colours = createColors(true)
  const ours = colours.bold(
    colours.red('error') + colours.bgYellow(colours.dim(' and ')) + colours.magentaBright('more'),
  )
  expect(forTerminal(`${ours}\n\tline`)).toBe(`${ours}\n\tline`)
  expect(forTerminal(`a${esc}]0;title\u0007${esc}[2J${esc}[8mhidden\rb\u009B31m`)).toBe('a]0;title[2J[8mhiddenb31m')
})

test('JSON holds no character that a terminal obeys, and means the same', () => {
  const value = { text: `${esc}[31m \u009B \u007F \u202Egnp.exe é 😀` }
  expect(jsonText(value)).toBe(String.raw`{"text":"\u001b[31m \u009b \u007f \u202egnp.exe é 😀"}`)
  expect(JSON.parse(jsonText(value))).toEqual(value)
})
