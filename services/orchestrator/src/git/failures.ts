import { type GitError, GitFault } from './contract.ts'
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
