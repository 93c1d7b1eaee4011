/** The six colours that a theme can make legible. Black, white, greys and backgrounds are left out: they could hide words. */
export type TerminalColour = 'red' | 'yellow' | 'green' | 'cyan' | 'blue' | 'magenta'

export type TerminalStyle = {
  readonly colour: TerminalColour | null
  readonly bold: boolean
  readonly italic: boolean
  readonly underlined: boolean
}

export const plainStyle: TerminalStyle = { colour: null, bold: false, italic: false, underlined: false }

const named: readonly (TerminalColour | null)[] = [null, 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', null]

/** The style after a "select graphic rendition" (ECMA-48 §8.3.117) with these parameters. What is not known changes nothing. */
export function styleAfter(style: TerminalStyle, parameters: string): TerminalStyle {
  let next = style
  const codes = parameters.split(/[;:]/).map(Number)
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!
    if (code === 38 || code === 48) {
      const { colour, length } = extended(codes.slice(at + 1))
      at += length
      if (code === 38) next = { ...next, colour }
    } else next = simple(next, code)
  }
  return next
}

function simple(style: TerminalStyle, code: number): TerminalStyle {
  if (code === 0) return plainStyle
  if (code === 1) return { ...style, bold: true }
  if (code === 3) return { ...style, italic: true }
  if (code === 4) return { ...style, underlined: true }
  if (code === 22) return { ...style, bold: false }
  if (code === 23) return { ...style, italic: false }
  if (code === 24) return { ...style, underlined: false }
  if (code === 39) return { ...style, colour: null }
  const base = code >= 90 ? code - 90 : code - 30
  return base >= 0 && base <= 7 ? { ...style, colour: named[base] ?? null } : style
}

/** `5;n` of 256 colours, or `2;r;g;b`. */
function extended([kind, ...values]: readonly number[]): { colour: TerminalColour | null; length: number } {
  if (kind === 5) return { colour: ofPalette(values[0] ?? 0), length: 2 }
  if (kind === 2) return { colour: nearest(values[0] ?? 0, values[1] ?? 0, values[2] ?? 0), length: 4 }
  return { colour: null, length: 1 }
}

function ofPalette(index: number): TerminalColour | null {
  if (index < 16) return named[index % 8] ?? null
  if (index >= 232) return null
  const cube = index - 16
  return nearest(Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6)
}

/** By hue alone, in sixths of the circle around red. */
const hues: readonly TerminalColour[] = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta']

function nearest(red: number, green: number, blue: number): TerminalColour | null {
  const most = Math.max(red, green, blue)
  const range = most - Math.min(red, green, blue)
  if (range < most / 4 || range === 0) return null
  const sixth =
    most === red ? (green - blue) / range : most === green ? 2 + (blue - red) / range : 4 + (red - green) / range
  return hues[(Math.round(sixth) + 6) % 6] ?? null
}
