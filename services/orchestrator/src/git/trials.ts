import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult, Trial } from './contract/index.ts'
import { firstLine, timedOut } from './failures.ts'
import type { GitSandbox } from './git-sandbox.ts'
import { keepIndex, makeGitFolder, removeTree } from './worktree-folder.ts'

/** With the file that git in a sandbox goes by. No tree has one of that name. */
const checkOutScript = `set -e
GIT_INDEX_FILE=$PRIVATE/next git read-tree --reset -u "$COMMIT"
printf 'gitdir: %s\\n' "$GIT_DIR" >"$GIT_WORK_TREE/.git"`

/** Commits written out to be tried: nothing of an agent's worktree is in there, and nothing goes back to it. */
export class Trials {
  readonly #sandbox: GitSandbox
  readonly #folder: string

  constructor(sandbox: GitSandbox, folder: string) {
    this.#sandbox = sandbox
    this.#folder = folder
  }

  async make(mirrorPath: string, commit: string): Promise<GitResult<Trial>> {
    const folder = join(this.#folder, randomUUID())
    const trial = {
      path: join(folder, 'files'),
      gitPath: join(folder, 'git'),
      mirrorPath,
      [Symbol.asyncDispose]: () => removeTree(folder),
    }
    await mkdir(trial.path, { recursive: true })
    await makeGitFolder(trial, 'none')
    // No branch: what a test commits there is nobody's.
    await writeFile(join(trial.gitPath, 'HEAD'), `${commit}\n`)
    const job = { script: checkOutScript, variables: { COMMIT: commit }, writes: true }
    const output = await this.#sandbox.run(trial, job, 'nobody')
    if (output.code === 0) {
      await keepIndex(trial)
      return ok(trial)
    }
    await removeTree(folder)
    if (output.timedOut) return timedOut('Writing the files of the commit')
    const message = `The files of the commit cannot be written: ${firstLine(output.stderr)}`
    return err({ code: 'CHECKOUT_FAILED', message })
  }
}
