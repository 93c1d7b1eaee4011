import type { Typist } from '@mosaic/contracts/agent-session'
import type { Mode } from './terminal-link.ts'

/** What was typed of one kind: shown by the terminal, or not. */
export type Typed = Typist & { readonly text: string | null; readonly characters: number }

/** A line is told when it ends; what does not end, a second after it began. */
const waitsMs = 1_000
const mostCharacters = 4_000

type Piece = { readonly by: Typist; readonly text: string; readonly isShown: boolean }

/**
 * Puts together what is typed key by key, as facts. Keys that make no letters are never secret; of the others those are told
 * that the terminal has shown, and of the rest how many they were.
 */
export class TypedKeys {
  readonly #tell: (typed: Typed) => void
  readonly #pieces: Piece[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(tell: (typed: Typed) => void) {
    this.#tell = tell
  }

  add(by: Typist, text: string, isShown: boolean): void {
    const last = this.#pieces.at(-1)
    if (last && (last.by.operatorId !== by.operatorId || last.isShown !== isShown)) this.flush()
    this.#pieces.push({ by, text, isShown })
    this.#timer ??= setTimeout(() => this.flush(), waitsMs)
    if (/[\r\n]/.test(text)) this.flush()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const pieces = this.#pieces.splice(0)
    const [first] = pieces
    if (!first) return
    const text = pieces.map((piece) => piece.text).join('')
    const told = text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`
    this.#tell({ ...first.by, text: first.isShown ? told : null, characters: [...text].length })
  }
}

/** What of a text is letters, as a terminal would show it: escape sequences and control characters are none. */
export const lettersOf = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?|\p{Cc}/gsu, '')

/** Whether that may be told, as the terminal took it and by what it shows now and showed before. */
export function isShown(mode: Mode, text: string, screen: { readonly before: string; readonly now: string }): boolean {
  const letters = lettersOf(text)
  if (letters.trim() === '') return mode !== 'hides' || letters === ''
  if (mode !== 'raw') return mode === 'echoes'
  // Its program shows what it takes, or not: a line editor does, one that asks for a password does not.
  return timesIn(screen.now, letters) > timesIn(screen.before, letters)
}

const timesIn = (text: string, part: string) => text.split(part).length - 1
