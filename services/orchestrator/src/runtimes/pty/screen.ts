import { createRequire } from 'node:module'
import xterm from '@xterm/headless'
import { isTooOften, repeatedFunctions, type TerminalSize } from '@mosaic/contracts/agent-session'

// Its declarations are those of a browser's terminal, and would bring a browser's names in here.
const { SerializeAddon } = createRequire(import.meta.url)('@xterm/addon-serialize') as {
  readonly SerializeAddon: new () => xterm.ITerminalAddon & {
    serialize(options: { readonly scrollback: number }): string
  }
}

/** Lines above the screen that are kept. */
const scrollback = 1_000
/** Of what somebody is shown who comes later, in bytes as it is sent; of a longer one fewer lines. */
const mostBytes = 700_000

/** In characters; what is written at once is carried out at once. */
const piece = 1024

/** What a terminal shows. It answers what programs ask of a terminal, whoever watches. */
export class Screen {
  readonly #terminal: xterm.Terminal
  readonly #serialise = new SerializeAddon()

  /** @param answer What its programs are told that ask what terminal this is, or where the cursor is. */
  constructor({ columns, rows }: TerminalSize, answer: (text: string) => void) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback, allowProposedApi: true, logLevel: 'off' })
    this.#terminal.loadAddon(this.#serialise)
    for (const id of repeatedFunctions) {
      this.#terminal.parser.registerCsiHandler(id, (parameters) => isTooOften(parameters, this.size))
    }
    this.#terminal.onData(answer)
  }

  get size(): TerminalSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows }
  }

  /** Settles once it is shown. Between pieces others have their turn: scrolling is work, and cheap to ask for. */
  write(text: string): Promise<void> {
    for (let at = 0; at + piece < text.length; at += piece) this.#terminal.write(text.slice(at, at + piece))
    const last = text.length - ((text.length - 1) % piece) - 1
    return new Promise((resolve) => this.#terminal.write(text.slice(last), resolve))
  }

  resize({ columns, rows }: TerminalSize): void {
    this.#terminal.resize(columns, rows)
  }

  /** What another terminal of this size has to be told to show the same. */
  serialised(): string {
    for (const lines of [scrollback, 200, 0]) {
      const text = this.#serialise.serialize({ scrollback: lines })
      if (Buffer.byteLength(JSON.stringify(text)) <= mostBytes) return text
    }
    return this.visible()
      .join('\r\n')
      .slice(0, mostBytes / 6)
  }

  /** As text, with what has gone out of sight above it where that is kept; nothing of it is styled. */
  lines(): string[] {
    return this.#linesFrom(0)
  }

  /** The same of what is in sight. */
  visible(): string[] {
    return this.#linesFrom(this.#terminal.buffer.active.baseY)
  }

  #linesFrom(first: number): string[] {
    const { active } = this.#terminal.buffer
    const lines: string[] = []
    for (let at = first; at < active.length; at++) {
      const line = active.getLine(at)
      const text = line?.translateToString(true) ?? ''
      if (line?.isWrapped && lines.length > 0) lines.push(`${lines.pop() ?? ''}${text}`)
      else lines.push(text)
    }
    const last = lines.findLastIndex((line) => line !== '')
    return lines.slice(0, last + 1)
  }

  dispose(): void {
    this.#terminal.dispose()
  }
}
