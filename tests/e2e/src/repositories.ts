import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const git = (repository: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim()

/** A small git repository that is not the demo's, made in `parent`, with one commit on `main`. */
export function createRepository(parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'repository-'))
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder])
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'README.md'), '# A library of greetings\n')
  writeFileSync(join(folder, 'src/greet.js'), 'export const greet = (name) => `Hello, ${name}!`\n')
  git(folder, 'add', '.')
  git(folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'First steps')
  return folder
}

/** Everything that is changed in the checkout, and these files, as a commit on the branch that is checked out. */
export function commitFiles(repository: string, message: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(repository, name), content)
  git(repository, 'add', '.')
  git(repository, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', message)
}

/** The branches that agents made, with the commits each has beyond `main`. */
export function agentBranches(repository: string): { branch: string; commits: number }[] {
  const branches = git(repository, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n')
  return branches
    .filter((branch) => branch !== 'main')
    .map((branch) => ({ branch, commits: Number(git(repository, 'rev-list', '--count', `main..${branch}`)) }))
}

/** Clones a branch into a folder of its own in `parent` and runs a command there; throws with its output when it fails. */
export function runAt(parent: string, { repository, branch }: Checkout, command: string): string {
  const folder = mkdtempSync(join(parent, 'checkout-'))
  execFileSync('git', ['clone', '--quiet', '--branch', branch, repository, folder])
  return execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 })
}
type Checkout = { repository: string; branch: string }
