import { statfs } from 'node:fs/promises'
import { shellWord } from '../sandbox/index.ts'
import { type GitError, GitFault, type GitResult } from './contract/index.ts'
import type { GitOutput } from './git-command.ts'

type Failure = { readonly ok: false; readonly error: GitError }
const failure = (error: GitError): Failure => ({ ok: false, error })

const sentence = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('hint:'))
    // What stands before the @ of an address may be a token.
    .map((line) => line.replaceAll(/(\w+:\/\/)[^/@\s]+@/g, '$1…@'))
    .join(' ')
    .slice(0, 400)

export function timedOut(what: string): Failure {
  return failure({ code: 'GIT_TIMEOUT', message: `${what} took too long.` })
}

/** In the words of the operating system. */
export const saysDiskFull = (text: string): boolean => /ENOSPC|No space left on device/.test(text)

export const diskFull = (): Failure => failure({ code: 'DISK_FULL', message: 'The disk is full.' })

/** Less than this is as good as nothing: whoever has found no room has given back what was begun. */
const leastBytes = 8 * 1024 ** 2

export async function isDiskFull(path: string): Promise<boolean> {
  const { bavail, bsize, files, ffree } = await statfs(path)
  return bavail * bsize < leastBytes || (files > 0 && ffree === 0)
}

/** A disk on which there is no room is no fault of anybody's. */
export async function unlessFull<T>(action: () => Promise<GitResult<T>>): Promise<GitResult<T>> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof Error && saysDiskFull(error.message)) return diskFull()
    throw error
  }
}

/** What git says first is what is wrong; the rest explains or repeats it. */
export function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const wrong = lines.find((line) => /^(?:error|fatal): /.test(line)) ?? lines[0] ?? 'git did not say why'
  return sentence(wrong)
}

/** What git says when it cannot get at a repository, told apart as far as its words allow. */
export function unreachable(repository: string, output: GitOutput): Failure {
  if (output.timedOut) return timedOut(`Reaching ${repository}`)
  if (/detected dubious ownership/i.test(output.stderr)) return notOwned(repository)
  if (/lazy fetching disabled|promisor remote/i.test(output.stderr)) return partialClone(repository)
  const isMissing =
    /does not appear to be a git repository|repository '.*' not found|repository not found|No such file or directory|does not exist/i
  const error: GitError = {
    code: isMissing.test(output.stderr) ? 'REPOSITORY_NOT_FOUND' : 'REPOSITORY_UNREACHABLE',
    message: `${repository} cannot be read: ${sentence(output.stderr)}`,
    field: 'repository',
  }
  return failure(error)
}

/** For calls on our own mirror, which only fail when the disk or git itself does. */
export function succeeded(output: GitOutput, what: string): string {
  if (output.timedOut) throw new GitFault(`${what}: took too long`)
  if (output.code !== 0) throw new GitFault(`${what}: ${sentence(output.stderr)}`)
  return output.stdout
}

/** Why a push did not succeed: what git says of the ref, and first of all what the other side has said. */
export function pushFailed(repository: string, output: GitOutput): GitError {
  if (output.timedOut) return { code: 'GIT_TIMEOUT', message: 'The push took too long.' }
  const status = output.stdout
    .split('\n')
    .find((line) => line.startsWith('!'))
    ?.split('\t')
    .at(-1)
  if (status === undefined) return unreachable(repository, output).error
  const remark = /^remote: (?:error: |fatal: )?(.*\S)/m.exec(output.stderr)?.[1]
  return { code: 'PUSH_REJECTED', message: `The push was refused: ${sentence([status, remark ?? ''].join('\n'))}` }
}

/** git's own guard, in plain words. */
export function notOwned(repository: string): Failure {
  return failure({
    code: 'REPOSITORY_NOT_ALLOWED',
    message: `${repository} belongs to another user of this machine, so it is left alone. If you trust it, say so to git: git config --global --add safe.directory '${repository}'`,
    field: 'repository',
  })
}

/** It has what it lacks fetched when that is looked at: by a program, from an address, that its configuration names. */
function partialClone(repository: string): Failure {
  return failure({
    code: 'REPOSITORY_UNREACHABLE',
    message: `${repository} is a partial clone: it lacks some of what its branches hold, and nothing is fetched for it. Fetch the rest (git -C ${shellWord(repository)} fetch --refetch --no-filter), or name the repository that it was cloned from.`,
    field: 'repository',
  })
}

const notThere = (message: string): Failure => failure({ code: 'REPOSITORY_NOT_FOUND', message, field: 'repository' })

export const noFolder = (path: string): Failure =>
  notThere(`There is no folder ${path} on the machine that runs agents.`)

export const noRepository = (path: string): Failure =>
  notThere(`${path} is no git repository: it has no .git, and is no bare one.`)
