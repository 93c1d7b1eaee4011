import { execFile } from 'node:child_process'
import { posix } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What merging and committing runs, in githooks(5). */
const events =
  `pre-merge-commit pre-commit prepare-commit-msg commit-msg post-commit post-merge post-checkout post-rewrite
  post-index-change reference-transaction pre-auto-gc`.split(/\s+/)
const nothingRuns = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  ...events.map((name) => `hook.${name}.enabled=false`),
]

/** What git starts while it writes files and merges them, where attributes say so; the branch may hold other attributes. */
const drivers = String.raw`^(filter\..*\.(clean|smudge|process)|merge\..*\.driver)$`
/** What it starts to sign what it commits. */
const signers = String.raw`^gpg(\..*)?\.(program|defaultkeycommand)$`

/** Programs that do what they are told on the command line, and nothing that a file of the repository says. */
const plainPrograms = new Set(
  'git-lfs git-crypt cat tr true false sort expand unexpand iconv gzip gunzip gpg gpg2 gpgsm ssh-keygen'.split(' '),
)
const plainGit = new Set(['lfs', 'crypt', 'merge-file'])

export type PersonsGit = (...args: string[]) => Promise<string>
/** `code`: with which git has ended. */
type Ended = Error & { readonly code?: number | string }

/**
 * git in the person's own repository, with their configuration, but for hooks and monitors: with `core.hooksPath` on a
 * folder of the repository, as many have it, those are files that an agent has written, and would run here with the
 * person's rights and before they have looked at them.
 */
export async function personsGit(folder: string): Promise<PersonsGit> {
  const plain: PersonsGit = async (...args) =>
    (await run('git', ['-C', folder, ...args], { maxBuffer: 16 * 1024 ** 2 })).stdout.trim()
  const known = await settings(plain, String.raw`^hook\..*\.command$`)
  const named = known.map(({ key }) => `${key.replace(/command$/, 'enabled')}=false`)
  const off = [...nothingRuns, ...named].flatMap((setting) => ['-c', setting])
  return (...args) => plain(...off, ...args)
}

/**
 * Filters and merge drivers are the person's, and files need them (Git LFS); what they are made of may lie in the
 * repository, where the branch changes it, in more ways than can be told from a command. So only programs that are known to
 * do nothing of the kind run on what the branch brings. @returns the commit that was looked at @throws Error that says which
 */
export async function refuseChangedPrograms(git: PersonsGit, ref: string): Promise<string> {
  const commit = await git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`)
  const base = await git('merge-base', 'HEAD', commit).catch(endedWith(1))
  // Nothing is merged anyway.
  if (base === undefined) return commit
  const names = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', base, commit]
  const changed = (await git(...names).catch(refuseToo)).split('\0').filter((name) => name !== '')
  const root = await git('rev-parse', '--show-toplevel')
  const included = (await configurationFiles(git, root)).find((file) => changed.includes(file))
  if (included !== undefined) throw byHand(`${included} is part of your git configuration, and the branch changes that`)
  const mayRun = (await settings(git, drivers)).filter(({ value }) => !isPlain(value, root))
  const selected = mayRun.length === 0 ? undefined : await selectedAmong(git, changed)
  for (const { key, value } of mayRun) {
    const [kind = '', ...rest] = key.split('.').slice(0, -1)
    if (selected?.(kind, rest.join('.')))
      throw byHand(`${kind}.${rest.join('.')} of your git configuration runs “${value}” on what the branch changes`)
  }
  const isSigned = (await settings(git, '^commit\\.gpgsign$')).some(({ value }) => !/^(false|no|off|0)$/i.test(value))
  const signer = isSigned && (await settings(git, signers)).find(({ value }) => !isPlain(value, root))
  if (signer) throw byHand(`${signer.key} of your git configuration runs “${signer.value}”`)
  return commit
}

const byHand = (what: string): Error => new Error(`${what}: look at it, and merge by hand`)
const refuseToo = (): never => {
  throw byHand('the branch changes more than can be looked at')
}

/** Whether a filter or merge driver of that name is used for a changed file, or may be with what the branch brings. */
async function selectedAmong(git: PersonsGit, changed: readonly string[]) {
  const standard = await settings(git, '^merge\\.default$')
  const hasAttributes = changed.some((name) => posix.basename(name) === '.gitattributes')
  const used = new Set(standard.map(({ value }) => `merge ${value}`))
  for (let at = 0; at < changed.length && !hasAttributes; at += 200) {
    const told = await git('check-attr', '-z', 'filter', 'merge', '--', ...changed.slice(at, at + 200))
    const fields = told.split('\0')
    for (let field = 0; field + 2 < fields.length; field += 3) used.add(`${fields[field + 1]} ${fields[field + 2]}`)
  }
  return (kind: string, name: string) => hasAttributes || used.has(`${kind} ${name}`)
}

/** Known, wherever it lies outside of the repository, and with nothing for a shell to make another command of. */
function isPlain(command: string, root: string): boolean {
  const [program = '', first = ''] = command.trim().split(/\s+/)
  const isElsewhere = !program.includes('/') || (program.startsWith('/') && !`${program}/`.startsWith(`${root}/`))
  const name = posix.basename(program)
  if (/[^\w\s@%+=:,./'"-]/.test(command) || !isElsewhere) return false
  return plainPrograms.has(name) || (name === 'git' && plainGit.has(first))
}

/** Those of the repository, as paths from its root. */
async function configurationFiles(git: PersonsGit, root: string): Promise<string[]> {
  const listed = await git('config', '--null', '--show-origin', '--name-only', '--list')
  const files = listed.split('\0').flatMap((origin) => /^file:(.+)$/s.exec(origin)?.[1] ?? [])
  return [...new Set(files)].map((file) => posix.relative(root, posix.resolve(root, file)))
}

/** That is an answer of git's; anything else is none, and nothing is taken for harmless for that. */
const endedWith = (code: number) => (error: Ended) => {
  if (error.code !== code) throw error
  return undefined
}

/** `git config` answers 1 where there is none. */
const settings = async (git: PersonsGit, pattern: string): Promise<{ key: string; value: string }[]> => {
  const found = (await git('config', '--null', '--get-regexp', pattern).catch(endedWith(1))) ?? ''
  return found.split('\0').flatMap((entry) => {
    const [key = '', ...value] = entry.split('\n')
    return key === '' ? [] : [{ key, value: value.join('\n') }]
  })
}
