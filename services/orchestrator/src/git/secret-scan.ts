import { StringDecoder } from 'node:string_decoder'
import type { CustomPattern } from '@mosaic/redaction'
import { type SecretFinding, SecretsInLines } from './secrets.ts'

/** Longer than any path that git takes. */
const mostHeader = 16 * 1024

/** Lines around a change that `SecretScan` is to be shown: as many as a private key has that is not small. */
export const contextLines = 256

/** Reads `git diff` as it comes: what the added lines hold, by the new file's line. A line may be of any length. */
export class SecretScan {
  readonly #decoder = new StringDecoder('utf8')
  readonly #findings: SecretFinding[] = []
  readonly #custom: readonly CustomPattern[]
  #secrets: SecretsInLines
  #header = ''
  #file = ''
  /** Of the new file. */
  #line = 0
  /** What the line begins with that is being read; '' where it has not come yet. */
  #mark = ''
  #inHunk = false

  /** @param custom what is a secret beside what is one everywhere. */
  constructor(custom: readonly CustomPattern[] = []) {
    this.#custom = custom
    this.#secrets = new SecretsInLines(custom)
  }

  read(chunk: Buffer): void {
    const text = this.#decoder.write(chunk)
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#readOn(text.slice(start, end))
      this.#endLine()
      start = end + 1
    }
    this.#readOn(text.slice(start))
  }

  findings(): readonly SecretFinding[] {
    this.#readOn(this.#decoder.end())
    this.#endLine()
    this.#endFile()
    return this.#findings
  }

  #readOn(piece: string): void {
    if (piece === '') return
    let rest = piece
    if (this.#mark === '') {
      this.#mark = this.#inHunk && /^[-+ \\]/.test(piece) ? piece.charAt(0) : 'header'
      if (this.#isOfNewFile) {
        this.#secrets.begin(this.#line, { isNew: this.#mark === '+' })
        rest = piece.slice(1)
      }
    }
    if (this.#isOfNewFile) this.#secrets.push(rest)
    else if (this.#mark === 'header' && this.#header.length < mostHeader) this.#header += rest
  }

  #endLine(): void {
    if (this.#isOfNewFile) {
      this.#secrets.endLine()
      this.#line += 1
    } else if (this.#mark === 'header') this.#readHeader(this.#header)
    this.#mark = ''
    this.#header = ''
  }

  get #isOfNewFile(): boolean {
    return this.#mark === '+' || this.#mark === ' '
  }

  #readHeader(text: string): void {
    const hunk = /^@@ -\S+ \+(\d+)/.exec(text)
    if (hunk) {
      this.#secrets.interrupt()
      this.#line = Number(hunk[1])
      this.#inHunk = true
    } else if (text.startsWith('diff --git ')) {
      this.#endFile()
      this.#inHunk = false
    } else if (text.startsWith('+++ ')) this.#file = diffPath(text.slice(4))
  }

  #endFile(): void {
    for (const { line, kind, fingerprint } of this.#secrets.findings()) {
      this.#findings.push({ file: this.#file, line, kind, fingerprint })
    }
    this.#secrets = new SecretsInLines(this.#custom)
  }
}

/** `b/path`, followed by a tab where the name holds spaces, in quotes where it holds worse. */
function diffPath(text: string): string {
  return text
    .replace(/\t$/, '')
    .replace(/^"?b\//, '')
    .replace(/"$/, '')
}
