import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], {
    encoding: 'utf8',
  }).trim()

/** A small repository with one commit on its only branch. */
export function makeRepository(branch = 'main'): string {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-repository-'))
  git(folder, 'init', '-q', '-b', branch)
  writeFileSync(join(folder, 'README.md'), '# A thing\n')
  git(folder, 'add', '.')
  git(folder, 'commit', '-qm', 'first')
  return folder
}

export const log = (folder: string, branch: string) => git(folder, 'log', '--format=%B', branch)
