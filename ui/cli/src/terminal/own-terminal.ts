import type xterm from '@xterm/headless'
import { rowsOf } from './rows.ts'

const escape = '\u001b['
const [alternate, usual] = [`${escape}?1049h${escape}H${escape}2J`, `${escape}?1049l`]
const [hideCursor, showCursor] = [`${escape}?25l`, `${escape}?25h`]
const plain = `${escape}0m${escape}?1l${escape}?2004l`
const drawsEveryMs = 30

/** The terminal that the person sits at, lent to a screen: given back as it was however that ends. */
export class OwnTerminal {
  readonly #input: NodeJS.ReadStream
  readonly #output: NodeJS.WriteStream
  readonly #giveBack = () => this.restore()
  #drawn: string[] = []
  #timer: NodeJS.Timeout | undefined
  #isLent = false

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#input = input
    this.#output = output
  }

  /** The last row says what this is. */
  get size(): { columns: number; rows: number } {
    return { columns: this.#output.columns, rows: this.#output.rows - 1 }
  }

  lend(onKeys: (text: string) => void, onSize: () => void): void {
    this.#isLent = true
    process.once('exit', this.#giveBack)
    this.#output.write(alternate)
    this.#input.setRawMode(true)
    this.#input.setEncoding('utf8')
    this.#input.on('data', onKeys)
    this.#input.resume()
    this.#output.on('resize', () => {
      this.#drawn = []
      this.#output.write(`${escape}2J`)
      onSize()
    })
  }

  /** Soon: what comes meanwhile is drawn with it. */
  draw(screen: xterm.Terminal, status: string): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (this.#isLent) this.#output.write(this.#changes(screen, status))
    }, drawsEveryMs)
  }

  restore(): void {
    if (!this.#isLent) return
    this.#isLent = false
    clearTimeout(this.#timer)
    process.off('exit', this.#giveBack)
    this.#input.removeAllListeners('data')
    this.#output.removeAllListeners('resize')
    this.#input.setRawMode(false)
    this.#input.pause()
    this.#output.write(`${plain}${showCursor}${usual}`)
  }

  #changes(screen: xterm.Terminal, status: string): string {
    const { columns, rows } = this.size
    const shown = rowsOf(screen).slice(0, rows)
    const bar = `${escape}7m${status.slice(0, columns).padEnd(columns)}${escape}0m`
    const lines = [...shown, ...Array.from({ length: rows - shown.length }, () => ''), bar]
    const changed = lines.flatMap((line, at) =>
      line === this.#drawn[at] ? [] : [`${escape}${at + 1};1H${escape}0m${escape}K${line}`],
    )
    this.#drawn = lines
    const { cursorX, cursorY } = screen.buffer.active
    const { applicationCursorKeysMode, bracketedPasteMode } = screen.modes
    const modes = `${escape}?1${applicationCursorKeysMode ? 'h' : 'l'}${escape}?2004${bracketedPasteMode ? 'h' : 'l'}`
    return `${hideCursor}${changed.join('')}${modes}${escape}${cursorY + 1};${cursorX + 1}H${showCursor}`
  }
}
