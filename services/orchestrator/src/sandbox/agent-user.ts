import { execFile } from 'node:child_process'
import { chmod, lstat } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Mount } from './contract.ts'

/** The user of the host as whom agents' programs run where Mosaic is run by root: a number, without an account. */
export type AgentUser = { readonly uid: number; readonly gid: number }

/**
 * Between the ranges that systemd gives out (systemd.io/UIDS-GIDS), and below 65536, so that it is there in containers
 * with a mapped range of users too.
 */
export const defaultAgentUid = 61_170

/** Everybody but root runs agents as themselves. */
export const agentUserOf = (uid: number = defaultAgentUid): AgentUser | undefined =>
  process.getuid?.() === 0 ? { uid, gid: uid } : undefined

/** What an agent makes in there is its user's on the host, and nobody else gets in: a program with setuid helps nobody. */
export async function giveWorktree(path: string, user: AgentUser | undefined): Promise<void> {
  if (user) await promisify(execFile)('chown', ['-RhP', `${user.uid}:${user.gid}`, '--', path])
  await chmod(path, 0o700)
}

/** What a program of ours is to write in there; given once, since what it makes is its user's already. */
export async function giveWritable(mounts: readonly Mount[], user: AgentUser | undefined): Promise<void> {
  if (!user) return
  for (const { path, writable } of mounts) {
    if (writable && (await lstat(path)).uid !== user.uid) await giveWorktree(path, user)
  }
}
