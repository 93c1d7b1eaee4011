import type { Still, Worktree } from './contract.ts'
import { succeeded } from './failures.ts'
import type { GitCall, GitOutput, RunGit } from './git-command.ts'
import { gitFolder, nameOf } from './worktrees.ts'

/**
 * git on one worktree. The repository is always named: what the worktree's own .git file says is the agent's
 * to write, and following it would run the agent's configuration outside of the sandbox.
 */
export class Work {
  readonly worktree: Worktree
  /** What moves the mirror's refs of origin goes one at a time. */
  readonly exclusively: Still
  /** What reads or writes the worktree's files goes while nobody inside can swap them for links. */
  readonly still: Still
  readonly #git: RunGit

  constructor(git: RunGit, worktree: Worktree, turns: { exclusively: Still; still: Still }) {
    this.#git = git
    this.worktree = worktree
    this.exclusively = turns.exclusively
    this.still = turns.still
  }

  get branchRef(): string {
    return `refs/heads/${this.worktree.branch}`
  }

  run(args: readonly string[], call?: GitCall): Promise<GitOutput> {
    const { path, mirrorPath } = this.worktree
    const gitDir = gitFolder(mirrorPath, nameOf(this.worktree))
    return this.#git([`--git-dir=${gitDir}`, `--work-tree=${path}`, ...args], call)
  }

  async read(args: readonly string[], call?: GitCall): Promise<string> {
    return succeeded(await this.run(args, call), `git ${args[0]}`)
  }

  async tip(): Promise<string> {
    return (await this.read(['rev-parse', '--verify', this.branchRef])).trim()
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.run(['merge-base', '--is-ancestor', ancestor, descendant])).code === 0
  }
}

/** Message and trailers as git-interpret-trailers(1) reads them: only the last paragraph counts. */
export function withTrailers(message: string, trailers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(trailers).map(([key, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(key)) throw new RangeError(`no trailer: ${key}`)
    return `${key}: ${value.replaceAll(/\s+/g, ' ')}`
  })
  return `${message.replaceAll('\0', '').trim()}\n\n${lines.join('\n')}\n`
}

/** `git merge-tree --write-tree -z --name-only`: the merged tree, or the files in conflict; undefined: git is too old. */
export async function tryMerge(
  work: Work,
  ours: string,
  theirs: string,
): Promise<{ tree: string; conflicts: readonly string[] } | undefined> {
  const output = await work.run(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs])
  if (output.code > 1 || output.timedOut) return undefined
  const [tree = '', ...files] = output.stdout.split('\0').filter((part) => part !== '')
  return { tree, conflicts: output.code === 0 ? [] : files }
}
