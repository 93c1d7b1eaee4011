import { chmod, lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemProgram } from '../programs/starters.ts'
import type { Mount, SandboxSpec } from './contract.ts'

/** The user of the host as whom agents' programs run where Mosaic is run by root: a number, without an account. */
export type AgentUser = { readonly uid: number; readonly gid: number }

/**
 * Between the ranges that systemd gives out (systemd.io/UIDS-GIDS), and below 65536, so that it is there in containers
 * with a mapped range of users too.
 */
export const defaultAgentUid = 61_170

const fewEntries = 10

/** Everybody but root runs agents as themselves. */
export const agentUserOf = (uid: number = defaultAgentUid): AgentUser | undefined =>
  process.getuid?.() === 0 ? { uid, gid: uid } : undefined

/** What an agent makes in there is its user's on the host, and nobody else gets in: a program with setuid helps nobody. */
export async function giveWorktree(path: string, user: AgentUser | undefined): Promise<void> {
  if (user) await giveTree(path, user)
  await chmod(path, 0o700)
}

/**
 * chown(1) goes down open folders: it follows no link that somebody who writes there swaps in. Where there is nothing to
 * go down, no program is started.
 */
async function giveTree(path: string, { uid, gid }: AgentUser): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true })
  if (entries.length <= fewEntries && !entries.some((entry) => entry.isDirectory())) {
    for (const { name } of entries) await lchown(join(path, name), uid, gid)
    return lchown(path, uid, gid)
  }
  await systemProgram('chown', '-RhP', `${uid}:${gid}`, '--', path)
}

/** What a program of ours is to write in there; given once, since what it makes is its user's already. */
export async function giveWritable(mounts: readonly Mount[], user: AgentUser | undefined): Promise<void> {
  if (!user) return
  for (const { path, writable } of mounts) {
    if (writable && (await lstat(path)).uid !== user.uid) await giveWorktree(path, user)
  }
}

/** What is a session's alone. */
export const ownPaths = ({ worktreePath, statePath }: Pick<SandboxSpec, 'worktreePath' | 'statePath'>): string[] =>
  statePath === undefined ? [worktreePath] : [worktreePath, statePath]

/** All that a session's programs are to write. */
export async function giveSession(spec: SandboxSpec, user: AgentUser | undefined): Promise<void> {
  await chmod(spec.worktreePath, 0o700)
  await giveWritable(
    [...ownPaths(spec), ...(spec.writablePaths ?? [])].map((path) => ({ path, writable: true })),
    user,
  )
}
