import { GitFault } from './contract/index.ts'
import type { GitOutput } from './git-command.ts'

/** What two commits come to: a tree, with the conflicts written into it where there are any. */
export type MergedTrees = { readonly tree: string; readonly conflicts: readonly string[] }

/** Runs git on the mirror that holds both. */
type RunOnMirror = (args: readonly string[]) => Promise<GitOutput>

/** Merges two commits without a worktree. @throws GitFault where git is too old for that. */
export async function mergeTrees(run: RunOnMirror, ours: string, theirs: string): Promise<MergedTrees> {
  const merged = await tryMergeTrees(run, ours, theirs)
  if (!merged) throw new GitFault('git merge-tree failed; merging needs git 2.38 or later')
  return merged
}

/** The same for who can do without. */
export async function tryMergeTrees(run: RunOnMirror, ours: string, theirs: string): Promise<MergedTrees | undefined> {
  const output = await run(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs])
  if (output.code > 1 || output.timedOut) return undefined
  const [tree = '', ...files] = output.stdout.split('\0').filter((part) => part !== '')
  return { tree, conflicts: output.code === 0 ? [] : files }
}
