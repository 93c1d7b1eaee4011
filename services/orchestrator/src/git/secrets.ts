import { secretPatterns } from '@mosaic/redaction'

export type SecretFinding = { readonly file: string; readonly line: number; readonly kind: string }

/** For people: the first of them, never the secret. */
export const placesOf = (findings: readonly SecretFinding[]): string =>
  findings
    .slice(0, 10)
    .map(({ file, line, kind }) => `${file}:${line} (${kind})`)
    .join(', ')

/** Names of the kinds of secret that a line holds; never the secret. */
export function secretsIn(line: string): string[] {
  return secretPatterns.filter(({ pattern }) => line.search(pattern) >= 0).map(({ name }) => name)
}

/** Reads `git diff --unified=0` as it comes: what the added lines hold, by the new file's line. */
export class SecretScan {
  readonly #findings: SecretFinding[] = []
  #unfinished: Buffer[] = []
  #file = ''
  #line = 0
  #inHunk = false

  read(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      this.#unfinished.push(chunk.subarray(start, end))
      this.#readLine(Buffer.concat(this.#unfinished).toString('utf8'))
      this.#unfinished = []
      start = end + 1
    }
    if (start < chunk.length) this.#unfinished.push(chunk.subarray(start))
  }

  findings(): readonly SecretFinding[] {
    if (this.#unfinished.length > 0) this.read(Buffer.from('\n'))
    return this.#findings
  }

  #readLine(text: string): void {
    const hunk = /^@@ -\S+ \+(\d+)/.exec(text)
    if (text.startsWith('diff --git ')) this.#inHunk = false
    else if (!this.#inHunk && text.startsWith('+++ ')) this.#file = diffPath(text.slice(4))
    if (hunk) {
      this.#line = Number(hunk[1])
      this.#inHunk = true
    } else if (this.#inHunk && text.startsWith('+')) {
      for (const kind of secretsIn(text.slice(1))) this.#findings.push({ file: this.#file, line: this.#line, kind })
      this.#line += 1
    }
  }
}

/** `b/path`, followed by a tab where the name holds spaces, in quotes where it holds worse. */
function diffPath(text: string): string {
  return text
    .replace(/\t$/, '')
    .replace(/^"?b\//, '')
    .replace(/"$/, '')
}
