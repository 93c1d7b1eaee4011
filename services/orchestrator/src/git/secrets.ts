import { type CustomPattern, fingerprintOf, mayHoldSecret, secretPatterns } from '@mosaic/redaction'
import { PrivateKeys } from './private-keys.ts'
import { type TextWindow, TextWindows } from './text-windows.ts'

/** `fingerprint`: by it a person names this very secret, without anybody repeating it. */
type Secret = { readonly kind: string; readonly fingerprint: string }
export type SecretFinding = Secret & { readonly file: string; readonly line: number }

const privateKey = 'private key'
/** Of our own, since where they go on is kept in them. */
const patterns = secretPatterns.flatMap((rule) =>
  rule.name === privateKey ? [] : [{ ...rule, pattern: new RegExp(rule.pattern) }],
)

/** What the lines of one text hold. A line may be told as one that was there before: it is looked at for what it begins. */
export class SecretsInLines {
  readonly #found = new Map<string, Secret & { readonly line: number }>()
  readonly #windows = new TextWindows((window) => this.#look(window))
  /** The same without NULs, where it looks like UTF-16: what it says is in letters and NULs then. */
  readonly #wide = new TextWindows((window) => this.#look(window))
  #isWide = false
  readonly #keys = new PrivateKeys(({ line, text }) => this.#note(line, privateKey, text))
  readonly #custom: readonly CustomPattern[]
  #line = 0
  #isNew = false

  constructor(custom: readonly CustomPattern[] = []) {
    this.#custom = custom
  }

  begin(line: number, { isNew }: { isNew: boolean }): void {
    this.#line = line
    this.#isNew = isNew
  }

  /** Any part of the line that was begun. */
  push(piece: string): void {
    this.#windows.push(piece)
    this.#isWide ||= looksWide(piece)
    if (this.#isWide) this.#wide.push(piece.replaceAll('\0', ''))
  }

  endLine(): void {
    this.#windows.end()
    if (this.#isWide) this.#wide.end()
    this.#isWide = false
  }

  /** Other lines follow than those that come after these. */
  interrupt(): void {
    this.#keys.end()
  }

  findings(): readonly (Secret & { readonly line: number })[] {
    this.#keys.end()
    return [...this.#found.values()]
  }

  #look(window: TextWindow): void {
    this.#keys.look(window, { line: this.#line, isNew: this.#isNew })
    if (!this.#isNew) return
    for (const { name, mayStandIn, spans } of this.#custom) {
      if (!mayStandIn(window.text)) continue
      for (const [from, to] of spans(window.text)) {
        if (from >= window.from && from < window.to) this.#note(this.#line, name, window.text.slice(from, to))
      }
    }
    if (!mayHoldSecret(window.text)) return
    for (const { name, pattern, isSecret } of patterns) {
      pattern.lastIndex = window.from
      for (const { 0: whole, index, groups } of window.text.matchAll(pattern)) {
        const secret = whole.slice(groups?.['kept']?.length ?? 0)
        if (index < window.to && isSecret?.(secret) !== false) this.#note(this.#line, name, secret)
      }
    }
  }

  /** More than one rule may know the same one. */
  #note(line: number, kind: string, secret: string): void {
    const fingerprint = fingerprintOf(secret)
    this.#found.set(`${line} ${kind} ${fingerprint}`, { line, kind, fingerprint })
  }
}

const looksWide = (piece: string): boolean => piece.includes('\0') && piece.split('\0').length * 3 > piece.length

/** The secrets that a text holds, by line. */
export function secretsIn(
  text: string,
  custom: readonly CustomPattern[] = [],
): readonly (Secret & { readonly line: number })[] {
  const secrets = new SecretsInLines(custom)
  for (const [index, line] of text.split('\n').entries()) {
    secrets.begin(index + 1, { isNew: true })
    secrets.push(line)
    secrets.endLine()
  }
  return secrets.findings()
}
