import type xterm from '@xterm/headless'

type Cell = NonNullable<ReturnType<xterm.IBufferLine['getCell']>>

/**
 * What a screen shows, a line of text and colours for each of its rows: whatever programs have written to it, nothing else
 * reaches the terminal that these are written to.
 */
export function rowsOf({ buffer, rows }: xterm.Terminal): string[] {
  const { active } = buffer
  return Array.from({ length: rows }, (_, row) => rowOf(active.getLine(active.baseY + row)))
}

function rowOf(line: xterm.IBufferLine | undefined): string {
  if (!line) return reset
  let text = ''
  let style = reset
  for (let at = 0; at < line.length; at++) {
    const cell = line.getCell(at)
    // The second half of a wide character.
    if (!cell || cell.getWidth() === 0) continue
    const next = styleOf(cell)
    if (next !== style) text += next
    style = next
    text += cell.getChars().replaceAll(/\p{Cc}/gu, '') || ' '
  }
  return `${reset}${text}${reset}`
}

const reset = '\u001b[0m'

/** Select Graphic Rendition (ECMA-48 §8.3.117). */
function styleOf(cell: Cell): string {
  const codes = [
    '0',
    ...(cell.isBold() ? ['1'] : []),
    ...(cell.isDim() ? ['2'] : []),
    ...(cell.isItalic() ? ['3'] : []),
    ...(cell.isUnderline() ? ['4'] : []),
    ...(cell.isInverse() ? ['7'] : []),
    ...(cell.isInvisible() ? ['8'] : []),
    ...(cell.isStrikethrough() ? ['9'] : []),
    ...colour(38, cell.getFgColor(), { isPalette: cell.isFgPalette(), isRgb: cell.isFgRGB() }),
    ...colour(48, cell.getBgColor(), { isPalette: cell.isBgPalette(), isRgb: cell.isBgRGB() }),
  ]
  return `\u001b[${codes.join(';')}m`
}

function colour(layer: 38 | 48, value: number, how: { isPalette: boolean; isRgb: boolean }): string[] {
  if (how.isPalette) return [`${layer};5;${value}`]
  if (how.isRgb) return [`${layer};2;${(value >> 16) & 255};${(value >> 8) & 255};${value & 255}`]
  return []
}
