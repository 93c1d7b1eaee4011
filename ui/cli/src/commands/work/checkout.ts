import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** git in the person's own repository, as they would run it themselves. */
const git = async (folder: string, ...args: string[]): Promise<string> =>
  (await run('git', ['-C', folder, ...args], { maxBuffer: 16 * 1024 ** 2 })).stdout.trim()

/** Whether a branch is checked out in a repository of this machine: git moves it from there only. */
export async function isCheckedOutAt(repository: string | null, branch: string): Promise<boolean> {
  if (!repository?.startsWith('/')) return false
  try {
    return (await git(repository, 'symbolic-ref', '--short', 'HEAD')) === branch && !(await isBare(repository))
  } catch {
    return false
  }
}

const isBare = async (repository: string) => (await git(repository, 'rev-parse', '--is-bare-repository')) === 'true'

/**
 * Merges a branch into what is checked out there. What cannot be merged is left as it was, and so is what the person has
 * begun: with something staged, or a merge of their own under way, nothing is tried.
 * @throws Error with git's own words, or ours
 */
export async function mergeThere(
  repository: string,
  { branch, method, message }: { branch: string; method: 'merge' | 'squash'; message: string },
): Promise<void> {
  if (await isBegun(repository)) throw new Error('something is staged there, or a merge is under way: commit it first')
  const [undo, merge]: [string[], () => Promise<unknown>] =
    method === 'merge'
      ? [['merge', '--abort'], () => git(repository, 'merge', '--no-ff', '-m', message, branch)]
      : [['reset', '--merge'], () => squash(repository, branch, message)]
  try {
    await merge()
  } catch (error) {
    // There is nothing to undo where git did not even begin.
    await git(repository, ...undo).catch(() => undefined)
    const words = error as { stderr?: string; stdout?: string; message: string }
    throw new Error((words.stderr || words.stdout || words.message).trim(), { cause: error })
  }
}

/** Whether what is checked out there has a commit. */
export const hasCommit = (repository: string, commit: string): Promise<boolean> =>
  git(repository, 'merge-base', '--is-ancestor', commit, 'HEAD').then(
    () => true,
    () => false,
  )

/** Moves what is checked out there forward to a ref of the repository, or not at all. @throws Error with git's own words */
export async function advanceThere(repository: string, ref: string): Promise<void> {
  try {
    await git(repository, 'merge', '--quiet', '--ff-only', ref)
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    throw new Error((stderr || message).trim(), { cause: error })
  }
}

async function squash(repository: string, branch: string, message: string): Promise<void> {
  await git(repository, 'merge', '--squash', branch)
  await git(repository, 'commit', '--quiet', '-m', message)
}

/** To undo a merge of ours would undo this as well, and a commit of ours would hold it. */
async function isBegun(repository: string): Promise<boolean> {
  const succeeds = (...args: string[]) =>
    git(repository, ...args).then(
      () => true,
      () => false,
    )
  return !(await succeeds('diff', '--cached', '--quiet')) || succeeds('rev-parse', '--quiet', '--verify', 'MERGE_HEAD')
}
