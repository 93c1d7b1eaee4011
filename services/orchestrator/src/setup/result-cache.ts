import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { systemClock } from '@mosaic/contracts/kernel'
import { type Confine, defaultLimits, type Mount } from '../sandbox/index.ts'

/** Results of one repository that are kept, the last used first. */
const mostKept = 8

/** A worktree of an agent, and what a step has made in it: paths from its root. */
export type Made = { readonly worktree: string; readonly outputs: readonly string[] }

/**
 * What setup steps have made, kept for the next agent as a copy. Copying is done in a sandbox that shows the worktree and
 * the copy and nothing else: whoever wrote there may have left links.
 */
export class ResultCache {
  readonly #folder: string
  readonly #confine: Confine

  /** @param folder of one repository of one workspace: another's results are never looked at. */
  constructor(folder: string, confine: Confine) {
    this.#folder = folder
    this.#confine = confine
  }

  has(key: string): boolean {
    return existsSync(this.#pathOf(key))
  }

  /** Answers false where there is none, or it cannot be had whole. */
  async restore(key: string, { worktree, outputs }: Made): Promise<boolean> {
    const kept = this.#pathOf(key)
    if (!this.has(key)) return false
    const now = systemClock.now()
    await utimes(kept, now, now)
    return this.#copy(kept, worktree, outputs)
  }

  /** Nobody may be writing in the worktree. Answers whether it is kept now. */
  async keep(key: string, { worktree, outputs }: Made): Promise<boolean> {
    const unfinished = join(this.#folder, `unfinished-${key}-${process.pid}`)
    try {
      await mkdir(unfinished, { recursive: true, mode: 0o700 })
      if (!(await this.#copy(worktree, unfinished, outputs))) return false
      await rename(unfinished, this.#pathOf(key))
      await this.#forgetOldest()
      return true
    } catch (error) {
      // Another orchestrator was faster.
      if (this.has(key)) return true
      throw error
    } finally {
      await rm(unfinished, { recursive: true, force: true })
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, key)
  }

  async #copy(from: string, to: string, outputs: readonly string[]): Promise<boolean> {
    const mounts: Mount[] = [
      { path: from, writable: false },
      { path: to, writable: true },
    ]
    const environment = { FROM: from, TO: to, OUTPUTS: outputs.join('\n') }
    const job = { script: copyScript, folder: to, mounts, environment, limits: defaultLimits }
    const running = await this.#confine(job, 'nobody')
    running.stdin.end()
    const [code] = await Promise.all([running.exitCode, text(running.stdout), text(running.stderr)])
    return code === 0
  }

  async #forgetOldest(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => !name.startsWith('unfinished-'))
    const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(this.#pathOf(name))).mtimeMs })))
    for (const { name } of aged.toSorted((a, b) => b.at - a.at).slice(mostKept))
      await rm(this.#pathOf(name), { recursive: true, force: true })
  }
}

/** An output that a step did not make is an error: what is kept would be half of it. */
const copyScript = `set -eu
printf '%s\\n' "$OUTPUTS" | while IFS= read -r output; do
  mkdir -p "$TO/$(dirname "$output")"
  rm -rf "$TO/$output"
  cp -a --reflink=auto "$FROM/$output" "$TO/$output"
done`
