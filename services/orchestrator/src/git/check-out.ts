import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import type { LimitFunction } from 'p-limit'
import { shellWord } from '../sandbox/index.ts'
import type { EmptyWorktree, GitResult, WorktreeRequest, WriteInside } from './contract/index.ts'
import { firstLine, timedOut } from './failures.ts'
import type { GitSandbox } from './git-sandbox.ts'
import { worktreeEnvironment } from './git-environment.ts'
import { keepIndex, makeGitFolder, markUnfinished, noteEpoch, removeTree, writeGitFile } from './worktree-folder.ts'

type CheckOutDeps = {
  readonly sandbox: GitSandbox
  /** One after the other many begin sooner than all at once. */
  readonly turns: LimitFunction
  readonly timeoutMs: number
}

export type Wanted = Pick<WorktreeRequest, 'writeInside' | 'signal'> & { readonly commit: string }

/**
 * Writes the files of a commit into an empty worktree. Nothing in there is an agent's yet: the mirror's files are written, and nothing is run for them. Where the sandbox can be used that the agent is going to have, it is: starting one takes
 * longer than all the rest. What cannot be done in there, e.g. for the agent's limits, is done in one of git's own.
 */
export async function checkOut(deps: CheckOutDeps, work: EmptyWorktree, wanted: Wanted): Promise<GitResult<void>> {
  const inside = await checkOutInside(deps, work, wanted)
  if (inside === 'written') return ok(undefined)
  if (inside === 'failed') await makeFolders(work)
  return checkOutApart(deps, work, wanted)
}

/** Anew, and empty but for the file that git in the agent's sandbox goes by: no tree has one of that name. */
export async function makeFolders(work: Omit<EmptyWorktree, 'baseCommit'>): Promise<void> {
  await removeTree(work.path)
  await removeTree(work.gitPath)
  await mkdir(work.path, { recursive: true })
  await makeGitFolder(work, work.branch)
  if (work.epoch !== undefined) await noteEpoch(work, work.epoch)
  await markUnfinished(work)
  await writeGitFile(work)
}

/** The index comes to stand in the worktree first, under a name that no tree can have foreseen: git's folder cannot be written there. */
async function checkOutInside(
  { timeoutMs }: CheckOutDeps,
  work: EmptyWorktree,
  { commit, writeInside }: Wanted,
): ReturnType<WriteInside> {
  if (!writeInside) return 'unfit'
  const index = join(work.path, `.index-${randomUUID()}`)
  const variables = {
    ...worktreeEnvironment,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    GIT_DIR: work.gitPath,
    GIT_WORK_TREE: work.path,
    GIT_INDEX_FILE: index,
  }
  const environment = Object.entries(variables).map(([name, value]) => shellWord(`${name}=${value}`))
  const command = ['env', '-i', ...environment, 'git', 'read-tree', '--reset', '-u', shellWord(commit)].join(' ')
  const written = await writeInside(work, { command, timeoutMs })
  if (written === 'written') await keepIndex(work, index)
  return written
}

async function checkOutApart(
  { sandbox, turns }: CheckOutDeps,
  work: EmptyWorktree,
  { commit, signal }: Wanted,
): Promise<GitResult<void>> {
  const output = await turns(() => {
    signal?.throwIfAborted()
    return sandbox.run(work, { script, variables: { COMMIT: commit }, writes: true }, 'nobody')
  })
  if (output.timedOut) return timedOut('Writing the files of the worktree')
  if (output.code !== 0) {
    const message = `The files of the worktree cannot be written: ${firstLine(output.stderr)}`
    return err({ code: 'CHECKOUT_FAILED', message })
  }
  await keepIndex(work)
  return ok(undefined)
}

const script = `GIT_INDEX_FILE=$PRIVATE/next exec git read-tree --reset -u "$COMMIT"`
