import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@mosaic/contracts/kernel'
import { systemProgram } from '../programs/starters.ts'
import { removeTree } from './worktree-folder.ts'

/** Nothing that is under way takes so long; in milliseconds. Another orchestrator may be at it. */
const longestMs = 3_600_000

/** Older than any git of ours may live. */
const lockIsStaleAfterMinutes = 10

/** What was on its way into a mirror, or only looked at, when its orchestrator crashed. */
export async function removeUnfinished(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await removeOld(folder, () => true)
}

/** Git folders whose worktrees are gone: the crash came between the two. */
export async function removeWidowed(gitFolder: string, worktrees: string): Promise<void> {
  await removeOld(gitFolder, (name) => !existsSync(join(worktrees, name)))
}

/** Locks that a git which was cut off has left: whoever comes next would be told that another git is at work. */
export async function removeStaleLocks(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  await systemProgram('find', folder, '-name', '*.lock', '-mmin', `+${lockIsStaleAfterMinutes}`, '-delete')
}

async function removeOld(folder: string, isLeft: (name: string) => boolean): Promise<void> {
  const before = systemClock.now().getTime() - longestMs
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found && found.mtimeMs < before && isLeft(name)) await removeTree(path)
  }
}
