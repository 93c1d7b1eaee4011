import { type PersonsGit, personsGit, refuseChangedPrograms } from './persons-git.ts'

/** Whether a branch is checked out in a repository of this machine: git moves it from there only. */
export async function isCheckedOutAt(repository: string | null, branch: string): Promise<boolean> {
  if (!repository?.startsWith('/')) return false
  try {
    const git = await personsGit(repository)
    return (await git('symbolic-ref', '--short', 'HEAD')) === branch && !(await isBare(git))
  } catch {
    return false
  }
}

const isBare = async (git: PersonsGit) => (await git('rev-parse', '--is-bare-repository')) === 'true'

/**
 * Merges a branch into what is checked out there. What cannot be merged is left as it was, and so is what the person has
 * begun: with something staged, or a merge of their own under way, nothing is tried.
 * @throws Error with git's own words, or ours
 */
export async function mergeThere(
  repository: string,
  { branch, method, message }: { branch: string; method: 'merge' | 'squash'; message: string },
): Promise<void> {
  const git = await personsGit(repository)
  if (await isBegun(git)) throw new Error('something is staged there, or a merge is under way: commit it first')
  const commit = await refuseChangedPrograms(git, branch)
  const [undo, merge]: [string[], () => Promise<unknown>] =
    method === 'merge'
      ? [['merge', '--abort'], () => git('merge', '--no-ff', '-m', message, commit)]
      : [['reset', '--merge'], () => squash(git, commit, message)]
  try {
    await merge()
  } catch (error) {
    // There is nothing to undo where git did not even begin.
    await git(...undo).catch(() => undefined)
    const words = error as { stderr?: string; stdout?: string; message: string }
    throw new Error((words.stderr || words.stdout || words.message).trim(), { cause: error })
  }
}

/** Whether what is checked out there has a commit. */
export const hasCommit = async (repository: string, commit: string): Promise<boolean> =>
  succeeds(await personsGit(repository), 'merge-base', '--is-ancestor', commit, 'HEAD')

/** Moves what is checked out there forward to a ref of the repository, or not at all. @throws Error with git's own words */
export async function advanceThere(repository: string, ref: string): Promise<void> {
  const git = await personsGit(repository)
  const commit = await refuseChangedPrograms(git, ref)
  try {
    await git('merge', '--quiet', '--ff-only', commit)
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    throw new Error((stderr || message).trim(), { cause: error })
  }
}

async function squash(git: PersonsGit, commit: string, message: string): Promise<void> {
  await git('merge', '--squash', commit)
  await git('commit', '--quiet', '-m', message)
}

/** To undo a merge of ours would undo this as well, and a commit of ours would hold it. */
const isBegun = async (git: PersonsGit): Promise<boolean> =>
  !(await succeeds(git, 'diff', '--cached', '--quiet')) ||
  succeeds(git, 'rev-parse', '--quiet', '--verify', 'MERGE_HEAD')

const succeeds = (git: PersonsGit, ...args: string[]): Promise<boolean> =>
  git(...args).then(
    () => true,
    () => false,
  )
