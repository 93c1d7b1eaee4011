import { existsSync } from 'node:fs'
import { appendFile, lstat, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemProgram } from '../programs/starters.ts'
import { type Checkout, privateFolder } from './git-sandbox.ts'

/**
 * A worktree's git folder as git-worktree(1) lays it out, but beside the mirror instead of in it, and ours: the agent
 * sees it read-only, git sandboxes write the index in it, and no git outside ever takes it for its own.
 */
export async function makeGitFolder({ path, mirrorPath, gitPath }: Checkout, branch: string): Promise<void> {
  await mkdir(join(gitPath, privateFolder), { recursive: true })
  await writeFile(join(gitPath, 'commondir'), `${mirrorPath}\n`)
  await writeFile(join(gitPath, 'gitdir'), `${path}/.git\n`)
  await symlink(`${privateFolder}/index`, join(gitPath, 'index'))
  await writeFile(join(gitPath, 'HEAD'), `ref: refs/heads/${branch}\n`)
}

/** For git in the agent's sandbox; ours never reads it. */
export async function writeGitFile({ path, gitPath }: Checkout): Promise<void> {
  const file = join(path, '.git')
  await removeTree(file)
  await writeFile(file, `gitdir: ${gitPath}\n`, { flag: 'wx' })
}

/** The index that a job has made becomes the one that the agent's git sees, and the next job begins with. */
export async function keepIndex({ gitPath }: Checkout, made?: string): Promise<void> {
  const folder = join(gitPath, privateFolder)
  const next = made ?? join(folder, 'next')
  await rename(next, join(folder, 'index'))
}

const markName = 'unfinished'

/** From before anything of a worktree is noted until all of it is there. */
export const markUnfinished = ({ gitPath }: Pick<Checkout, 'gitPath'>): Promise<void> =>
  writeFile(join(gitPath, markName), '')
export const markFinished = ({ gitPath }: Pick<Checkout, 'gitPath'>): Promise<void> => rm(join(gitPath, markName))
export const isUnfinished = ({ gitPath }: Pick<Checkout, 'gitPath'>): boolean => existsSync(join(gitPath, markName))

const epochsName = 'epochs'

/** Before anything of it is used under that claim; as a line, so that one cut off by a crash is none. */
export async function noteEpoch(checkout: Pick<Checkout, 'gitPath'>, epoch: number): Promise<void> {
  if ((await notedEpochs(checkout)).includes(epoch)) return
  await appendFile(join(checkout.gitPath, epochsName), `${epoch}\n`)
}

export async function notedEpochs({ gitPath }: Pick<Checkout, 'gitPath'>): Promise<number[]> {
  const lines = (await readFile(join(gitPath, epochsName), 'utf8').catch(() => '')).split('\n')
  return lines.slice(0, -1).map(Number).filter(Number.isSafeInteger)
}

/** rm(1) goes down open folders: it follows no link that is swapped in, and no depth is too deep for it. */
export async function removeTree(path: string): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  )
  if (!isThere) return
  await systemProgram('rm', '-rf', '--', path).catch(() => rm(path, { recursive: true, force: true }))
}
