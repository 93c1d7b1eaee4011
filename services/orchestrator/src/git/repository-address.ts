import { isAbsolute, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult } from './contract/index.ts'
import { hasControlCharacter } from './names.ts'

/** `url` is what git gets; the same repository written in two ways has one address. */
export type RepositoryAddress = { readonly kind: 'local' | 'remote'; readonly url: string }

const maxLength = 2_000
const scpLike = /^(?:[A-Za-z0-9][\w.-]*@)?[A-Za-z0-9][\w.-]*:(?!\/\/)[^-].*$/

/**
 * Takes absolute paths and file, https and ssh addresses. Everything else is refused, above all `ext::` (runs
 * commands), and hosts or paths that begin with a dash (git and ssh would take them for options).
 */
export function parseRepository(repository: string): GitResult<RepositoryAddress> {
  if (repository.length === 0 || repository.length > maxLength || hasControlCharacter(repository)) {
    return refused(repository, 'it is empty, too long or holds control characters')
  }
  if (isAbsolute(repository)) return local(repository)
  if (repository.includes('::')) return refused(repository, 'remote helpers are not allowed')
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(repository)) return parseUrl(repository)
  if (scpLike.test(repository)) return ok({ kind: 'remote', url: repository })
  return refused(repository, 'it is neither an absolute path nor a file, https or ssh address')
}

function parseUrl(repository: string): GitResult<RepositoryAddress> {
  if (!URL.canParse(repository)) return refused(repository, 'the address cannot be read')
  const url = new URL(repository)
  if (url.protocol === 'file:') {
    return url.host === '' ? local(fileURLToPath(url)) : refused(repository, 'a file address names no host')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'ssh:') return refused(repository, `${url.protocol} is not allowed`)
  if (url.password !== '') return refused(repository, 'a password does not belong in the address')
  const isOption = url.hostname.startsWith('-') || url.username.startsWith('-') || /^\/+-/.test(url.pathname)
  return isOption ? refused(repository, 'it could be taken for an option') : ok({ kind: 'remote', url: url.href })
}

function local(path: string): GitResult<RepositoryAddress> {
  const clean = normalize(path)
  return ok({ kind: 'local', url: clean.length > 1 ? clean.replace(/\/$/, '') : clean })
}

function refused(repository: string, reason: string): GitResult<never> {
  return err({
    code: 'REPOSITORY_NOT_ALLOWED',
    message: `${JSON.stringify(repository.slice(0, 200))} is not usable as a repository: ${reason}.`,
    field: 'repository',
  })
}
