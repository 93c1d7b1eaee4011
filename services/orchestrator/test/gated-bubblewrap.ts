import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { onPath } from '@mosaic/runtime'

/** bwrap behind a gate: for as long as it is shut every sandbox that is to begin waits. Before this process looks for bwrap. */
export class GatedBubblewrap implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mosaic-gate-'))
  readonly #gate = join(this.#folder, 'open')
  readonly #path = process.env['PATH']

  constructor() {
    const bwrap = onPath('bwrap')
    const script = `#!/bin/sh
[ "$1" = --version ] || until [ -e '${this.#gate}' ]; do sleep 0.02; done
exec '${bwrap}' "$@"
`
    // Run by root, bwrap starts itself once more as somebody else.
    chmodSync(this.#folder, 0o755)
    writeFileSync(join(this.#folder, 'bwrap'), script, { mode: 0o755 })
    process.env['PATH'] = [this.#folder, this.#path].join(delimiter)
    this.open()
  }

  open(): void {
    if (!existsSync(this.#gate)) writeFileSync(this.#gate, '')
  }

  shut(): void {
    rmSync(this.#gate, { force: true })
  }

  [Symbol.dispose](): void {
    this.open()
    process.env['PATH'] = this.#path
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
