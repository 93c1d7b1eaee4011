import { createHash } from 'node:crypto'
import { secretPatterns } from '@mosaic/redaction'

/** `fingerprint`: by it a person names this very secret, without anybody repeating it. */
type Secret = { readonly kind: string; readonly fingerprint: string }
export type SecretFinding = Secret & { readonly file: string; readonly line: number }

/** For people: the first of them, never the secret. */
export const placesOf = (findings: readonly SecretFinding[]): string =>
  findings
    .slice(0, 10)
    .map(({ file, line, kind }) => `${file}:${line} (${kind})`)
    .join(', ')

/** The secrets that a line holds, by kind and fingerprint. */
export function secretsIn(line: string): Secret[] {
  // More than one rule may know the same one.
  const found = new Map<string, Secret>()
  for (const { name: kind, pattern } of secretPatterns) {
    for (const [secret] of line.matchAll(pattern)) {
      const fingerprint = fingerprintOf(secret)
      found.set(`${kind} ${fingerprint}`, { kind, fingerprint })
    }
  }
  return [...found.values()]
}

const fingerprintOf = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 12)

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
      for (const secret of secretsIn(text.slice(1))) {
        this.#findings.push({ file: this.#file, line: this.#line, ...secret })
      }
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
