import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGitWorkspace, type GitWorkspace } from '@mosaic/orchestrator/git'
import { confinement, sandboxProviders } from '@mosaic/orchestrator/sandbox'
import { type Maker, makeTemplate } from './git-hostile-repository.ts'

/** The host around the worktrees: a person's repository, files that must not change, and the canary. */
export class EscapeGround implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mosaic-escape-'))
  readonly hostFolder = join(this.folder, 'host')
  readonly maker: Omit<Maker, 'random'>
  readonly #canary = join(this.folder, 'canary')
  readonly #notes = new Map<string, number>()
  readonly #before: string

  constructor() {
    chmodSync(this.folder, 0o711)
    const program = join(this.folder, 'program')
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >>'${this.#canary}'\ncat 2>/dev/null\n`)
    chmodSync(program, 0o755)
    mkdirSync(join(this.folder, 'hooks'))
    mkdirSync(this.hostFolder)
    for (const name of ['a.txt', 'f.txt', 'one.txt']) writeFileSync(join(this.hostFolder, name), `host ${name}\n`)
    const template = makeTemplate(this.folder)
    const link = execFileSync('git', ['-C', template, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
    this.maker = { template, program, link }
    this.#makeOrigin()
    this.#before = this.#digest()
  }

  get origin(): string {
    return join(this.folder, 'origin')
  }

  /** `process`: with nothing that holds git on worktrees. */
  workspace(kind: 'locked' | 'process'): GitWorkspace {
    const providers = sandboxProviders().filter((provider) => (provider.kind === 'process') === (kind === 'process'))
    return createGitWorkspace({
      root: join(this.folder, kind),
      confine: confinement(providers),
      localTimeoutMs: 20_000,
    })
  }

  canaryIsThere(): boolean {
    return readdirSync(this.folder).some((name) => name.startsWith('canary'))
  }

  clean(): void {
    for (const name of readdirSync(this.folder)) if (name.startsWith('canary')) rmSync(join(this.folder, name))
  }

  note(what: string, answer: string): void {
    const key = `${what} ${answer}`
    this.#notes.set(key, (this.#notes.get(key) ?? 0) + 1)
  }

  said(): string {
    return [...this.#notes].map(([key, count]) => `${key} ${count}`).join(', ')
  }

  findings(): string[] {
    const canary = existsSync(this.#canary) ? readFileSync(this.#canary, 'utf8').slice(0, 500) : ''
    return [
      ...(this.canaryIsThere() ? [`a program ran outside: ${canary}`] : []),
      ...(this.#digest() === this.#before ? [] : ['files of the host have changed']),
    ]
  }

  /** Of every repository that is not an agent's. */
  unsound(): string[] {
    const mirrors = join(this.folder, 'locked/mirrors')
    const left = readdirSync(join(this.folder, 'locked/incoming'))
    const faults = left.length > 0 ? [`left behind: ${left.join(', ')}`] : []
    for (const path of [...readdirSync(mirrors).map((name) => join(mirrors, name)), join(this.origin, '.git')]) {
      try {
        execFileSync('git', [`--git-dir=${path}`, 'fsck', '--connectivity-only'], { stdio: 'pipe', cwd: '/' })
      } catch (error) {
        faults.push(`${path}: ${String(error)}`)
      }
    }
    return faults
  }

  /** With a submodule, and traps of its own: programs of an origin must not run either. */
  #makeOrigin(): void {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.invalid', ...args], {
        cwd: this.origin,
        stdio: 'pipe',
      })
    mkdirSync(join(this.origin, 'src'), { recursive: true })
    git('init', '--quiet', '--template=', '--initial-branch=main')
    writeFileSync(join(this.origin, 'readme.md'), 'hello\n')
    writeFileSync(join(this.origin, 'src/one.txt'), '1\n')
    git('add', '--all')
    git('update-index', '--add', '--cacheinfo', `160000,${this.maker.link},sub`)
    git('commit', '--quiet', '--message', 'first')
    git('checkout', '--quiet', '-b', 'other')
    writeFileSync(join(this.origin, 'other.txt'), 'x\n')
    git('add', 'other.txt')
    git('commit', '--quiet', '--message', 'other')
    git('checkout', '--quiet', 'main')
    for (const key of [
      'core.fsmonitor',
      'core.alternateRefsCommand',
      'core.sshCommand',
      'uploadpack.packObjectsHook',
    ]) {
      git('config', key, this.maker.program)
    }
    mkdirSync(join(this.origin, '.git/hooks'), { recursive: true })
    git('config', 'hook.e.command', this.maker.program)
    for (const name of [
      'pre-receive',
      'update',
      'post-receive',
      'post-update',
      'reference-transaction',
      'proc-receive',
    ]) {
      // git 2.54 and later.
      git('config', '--add', 'hook.e.event', name)
      writeFileSync(join(this.origin, '.git/hooks', name), `#!/bin/sh\nexec ${this.maker.program}\n`, { mode: 0o755 })
    }
  }

  #digest(): string {
    const hash = createHash('sha256')
    for (const name of readdirSync(this.hostFolder).toSorted()) {
      hash.update(name).update(readFileSync(join(this.hostFolder, name)))
    }
    return hash.digest('hex')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
