import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { createRedactor } from '@mosaic/redaction'
import type { GitWorkspace } from '../../git/index.ts'
import { refusalOf } from '../../repositories/index.ts'

type Checked = Result<string, Rejection<RejectionCode>>

/** A URL, or git's `user@host:path`: looking there may take long, so the session finds out. */
const isRemote = (repository: string) => /^(?:https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/i.test(repository)

/** What an event must not say would not be the same address there. */
const holdsPassword = (repository: string) => redactor.text(repository) !== repository
const redactor = createRedactor()

/** Answers the branch to start from: the repository's own default one where none is named, for which a remote one is asked. */
export async function checkRepository(
  { git }: { readonly git: Pick<GitWorkspace, 'inspectRepository'> },
  repository: string,
  branch: string | undefined,
): Promise<Checked> {
  if (holdsPassword(repository)) {
    const message =
      'the address holds a password or a token, which would be kept for ever: leave it to a credential helper'
    return err({ code: 'VALIDATION_FAILED', message, field: 'repository' })
  }
  if (branch !== undefined && isRemote(repository)) return ok(branch)
  const found = await git.inspectRepository(repository, branch)
  return found.ok ? ok(found.value.branch) : err(refusalOf(found.error))
}
