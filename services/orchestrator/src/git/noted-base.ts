import { succeeded } from './failures.ts'
import type { RunGit } from './git-command.ts'

/** A worktree as its mirror has it: by its name, on a branch. */
type Noted = { readonly name: string; readonly mirrorPath: string; readonly branch: string }
type At = { readonly base: string; readonly commit: string }

/** Says where a worktree began. */
export const baseRef = (name: string): string => `refs/mosaic/base/${name}`

/** Notes in the mirror where a worktree has begun, and where its branch stands. */
export async function noteBase(git: RunGit, { name, mirrorPath, branch }: Noted, { base, commit }: At): Promise<void> {
  const updates = [`update ${baseRef(name)} ${base}`, `update refs/heads/${branch} ${commit}`]
  succeeded(await inOneGo(git, mirrorPath, updates), 'noting the base')
}

/** Takes that back, unless somebody has moved it since. */
export async function forgetBase(git: RunGit, { name, mirrorPath, branch }: Noted, { base, commit }: At) {
  await inOneGo(git, mirrorPath, [`delete ${baseRef(name)} ${base}`, `delete refs/heads/${branch} ${commit}`])
}

const inOneGo = (git: RunGit, mirrorPath: string, updates: readonly string[]) =>
  git([`--git-dir=${mirrorPath}`, 'update-ref', '--stdin'], { input: `start\n${updates.join('\n')}\ncommit\n` })
