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
 * Merges a branch into what is checked out there. What cannot be merged is left as it was.
 * @throws Error with git's own words
 */
export async function mergeThere(
  repository: string,
  { branch, method, message }: { branch: string; method: 'merge' | 'squash'; message: string },
): Promise<void> {
  try {
    if (method === 'merge') return void (await git(repository, 'merge', '--no-ff', '-m', message, branch))
    await git(repository, 'merge', '--squash', branch)
    await git(repository, 'commit', '--quiet', '-m', message)
  } catch (error) {
    const words = error as { stderr?: string; stdout?: string; message: string }
    await git(repository, method === 'merge' ? 'merge' : 'reset', method === 'merge' ? '--abort' : '--merge').catch(
      () => undefined,
    )
    throw new Error((words.stderr || words.stdout || words.message).trim(), { cause: error })
  }
}
