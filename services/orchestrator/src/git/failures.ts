import { err } from '@mosaic/contracts/kernel'
import { type GitError, GitFault, type GitResult } from './contract.ts'
import type { GitOutput } from './git-command.ts'

const sentence = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('hint:'))
    // What stands before the @ of an address may be a token.
    .map((line) => line.replaceAll(/(\w+:\/\/)[^/@\s]+@/g, '$1…@'))
    .join(' ')
    .slice(0, 400)

export function timedOut(what: string): GitResult<never> {
  return err({ code: 'GIT_TIMEOUT', message: `${what} took too long.` })
}

/** What git says first is what is wrong; the rest explains or repeats it. */
export function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const wrong = lines.find((line) => /^(?:error|fatal): /.test(line)) ?? lines[0] ?? 'git did not say why'
  return sentence(wrong)
}

/** What git says when it cannot get at a repository, told apart as far as its words allow. */
export function unreachable(repository: string, output: GitOutput): GitResult<never> {
  if (output.timedOut) return timedOut(`Reaching ${repository}`)
  if (/detected dubious ownership/i.test(output.stderr)) return notOwned(repository)
  const isMissing =
    /does not appear to be a git repository|repository '.*' not found|repository not found|No such file or directory|does not exist/i
  const error: GitError = {
    code: isMissing.test(output.stderr) ? 'REPOSITORY_NOT_FOUND' : 'REPOSITORY_UNREACHABLE',
    message: `${repository} cannot be read: ${sentence(output.stderr)}`,
    field: 'repository',
  }
  return err(error)
}

/** For calls on our own mirror, which only fail when the disk or git itself does. */
export function succeeded(output: GitOutput, what: string): string {
  if (output.timedOut) throw new GitFault(`${what}: took too long`)
  if (output.code !== 0) throw new GitFault(`${what}: ${sentence(output.stderr)}`)
  return output.stdout
}

export function pushRejected(output: GitOutput): GitError {
  if (output.timedOut) return { code: 'GIT_TIMEOUT', message: 'The push took too long.' }
  const reason = output.stdout.split('\n').find((line) => line.startsWith('!')) ?? output.stderr
  return { code: 'PUSH_REJECTED', message: `The push was refused: ${sentence(reason.replaceAll('\t', ' '))}` }
}

/** git's own guard, in plain words. */
export function notOwned(repository: string): GitResult<never> {
  return err({
    code: 'REPOSITORY_NOT_ALLOWED',
    message: `${repository} belongs to another user of this machine, so it is left alone. If you trust it, say so to git: git config --global --add safe.directory '${repository}'`,
    field: 'repository',
  })
}
