import type { TextWindow } from './text-windows.ts'

const label = String.raw`(?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----`
const begin = new RegExp(`-----BEGIN ${label}`, 'g')
const end = new RegExp(`-----END ${label}`)

/** A line within a key: its digits, in whatever quotes and margins; one of its headers; or nothing. */
const digits = /^[^A-Za-z0-9+/=]*([A-Za-z0-9+/=]+)(?:\\[nr]|[^A-Za-z0-9/=]){0,8}$/
const header = /^\s*[A-Za-z][A-Za-z-]{0,40}: /
const nothing = /^\W*$/
/** Shorter ones may be words of a program that only mentions keys. */
const shortestDigits = 16
const mostLines = 4096

type Place = { readonly line: number; readonly isNew: boolean }
type Block = { readonly line: number; readonly lines: string[]; isNew: boolean }

/**
 * Finds private keys as PEM has them (RFC 7468), with all of their lines: the first line alone would be that of any other
 * key too. One that was there before counts where a line of it is new.
 */
export class PrivateKeys {
  readonly #found: (key: { line: number; text: string }) => void
  #open: Block | undefined

  constructor(found: (key: { line: number; text: string }) => void) {
    this.#found = found
  }

  look(window: TextWindow, place: Place): void {
    const { text, isFirst, isLast } = window
    if (this.#open && !(isFirst && isLast && this.#goesOn(this.#open, text, place))) this.end()
    if (this.#open || !text.includes('-----BEGIN ')) return
    let after = window.from
    for (const { index } of text.matchAll(begin)) {
      if (index < after || index >= window.to) continue
      const found = end.exec(text.slice(index))
      after = found ? index + found.index + found[0].length : text.length
      this.#open = { line: place.line, lines: [text.slice(index, after)], isNew: place.isNew }
      if (found || !isLast) this.end()
    }
  }

  /** What is open is as whole as it will be. */
  end(): void {
    const block = this.#open
    this.#open = undefined
    if (block?.isNew) this.#found({ line: block.line, text: block.lines.join('\n') })
  }

  /** Takes the line into the block, if it is one of a key. */
  #goesOn(block: Block, text: string, { isNew }: Place): boolean {
    const last = end.exec(text)
    const found = digits.exec(text)?.[1]
    if (!last && found === undefined && !header.test(text) && !nothing.test(text)) return false
    if (block.lines.length === mostLines) return false
    block.lines.push(last ? text.slice(0, last.index + last[0].length) : text)
    block.isNew ||= isNew && (found?.length ?? 0) >= shortestDigits
    if (last) this.end()
    return true
  }
}
