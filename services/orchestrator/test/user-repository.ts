import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** For tests: a repository as a user has it (not bare, main checked out), used through plain git. */
export class TestRepository implements Disposable {
  readonly folder: string
  readonly path: string

  /** In a folder of its own, removed with it, or at `path`, which is removed then. */
  constructor(
    files: Readonly<Record<string, string>> = { 'readme.md': 'hello\n' },
    path?: string,
    format: 'sha1' | 'sha256' = 'sha1',
  ) {
    this.folder = path ?? mkdtempSync(join(tmpdir(), 'mosaic-repository-'))
    this.path = path ?? join(this.folder, 'origin')
    mkdirSync(this.path)
    this.git('init', '--quiet', '--initial-branch=main', `--object-format=${format}`)
    this.commit('first', files)
  }

  git(...args: string[]): string {
    const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
    const config = ['-c', 'user.name=User', '-c', 'user.email=user@example.com']
    return execFileSync('git', [...config, ...args], { cwd: this.path, env, encoding: 'utf8', stdio: 'pipe' }).trim()
  }

  commit(message: string, files: Readonly<Record<string, string>>): string {
    writeFiles(this.path, files)
    this.git('add', '--all')
    this.git('commit', '--quiet', '--message', message)
    return this.git('rev-parse', 'HEAD')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}
