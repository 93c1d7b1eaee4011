import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { systemProgram } from '../programs/starters.ts'
import type { RunGit } from './git-command.ts'
import { moveObjects } from './object-files.ts'
import { removeStaleLocks } from './unfinished.ts'
import { removeTree } from './worktree-folder.ts'

/**
 * After a power cut: files that were never written are empty, locks have lost their owner, packs are cut off. What
 * origin has comes from a `fresh` mirror; what agents made and pushed nowhere is kept as far as it can be read.
 */
export async function healMirror(git: RunGit, path: string, fresh: string): Promise<void> {
  const isRepository = existsSync(path) && (await git([`--git-dir=${path}`, 'rev-parse', '--git-dir'])).code === 0
  if (!isRepository) {
    await removeTree(`${path}.broken`)
    if (existsSync(path)) await rename(path, `${path}.broken`)
    await rename(fresh, path)
    return
  }
  for (const part of ['objects', 'refs'])
    await systemProgram('find', join(path, part), '-type', 'f', '-empty', '-delete')
  await removeStaleLocks(path)
  // Objects in packs go before loose ones, also before those that are broken.
  await moveObjects(join(fresh, 'objects'), join(path, 'objects'))
  await removeTree(fresh)
}
