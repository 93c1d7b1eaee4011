import Table from 'cli-table3'
import pc from 'picocolors'

const sides = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid']
const borderless = { ...Object.fromEntries([...sides, ...inner].map((name) => [name, ''])), middle: '  ' }

/** Columns of text without lines around them, each as wide as its widest cell. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = new Table({
    // Coloured here: the table's own colours go out to pipes too.
    head: head.map((name) => pc.dim(name)),
    style: { head: [], compact: true, border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: borderless,
  })
  for (const row of rows) lines.push([...row])
  return lines
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
