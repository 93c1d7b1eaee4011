import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFiles } from './user-repository.ts'

const hooks =
  `applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit
  pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update post-rewrite
  reference-transaction push-to-checkout pre-auto-gc sendemail-validate fsmonitor-watchman post-index-change`.split(
    /\s+/,
  )

/** For tests: a repository whose maker wants git, whoever runs it, to start a program. */
export class HostileRepository {
  readonly path: string

  constructor(path: string) {
    this.path = path
    mkdirSync(path, { recursive: true })
    this.git('init', '--quiet', '--initial-branch=main')
  }

  git(...args: string[]): string {
    const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
    // It may lie in a folder of the sandbox's user.
    const as = ['-c', 'user.name=x', '-c', 'user.email=x@example.invalid', '-c', 'safe.directory=*']
    return execFileSync('git', [...as, ...args], { cwd: this.path, env, encoding: 'utf8', stdio: 'pipe' }).trim()
  }

  commit(files: Readonly<Record<string, string>>): void {
    writeFiles(this.path, files)
    this.git('add', '--all')
    this.git('commit', '--quiet', '--message', 'one')
  }

  configure(settings: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(settings)) this.git('config', key, value)
  }

  /** Every way that a configuration or a hook has to name a program: each would leave the canary. */
  everyProgram(canary: string): void {
    const program = join(this.path, '.git', 'program')
    writeFileSync(program, `#!/bin/sh\nid >>'${canary}'\ncat 2>/dev/null\n`)
    chmodSync(program, 0o755)
    mkdirSync(join(this.path, '.git/hooks'), { recursive: true })
    for (const name of hooks) {
      writeFileSync(join(this.path, '.git/hooks', name), `#!/bin/sh\nid >>'${canary}'\n`)
      chmodSync(join(this.path, '.git/hooks', name), 0o755)
    }
    writeFileSync(join(this.path, '.git/included'), `[core]\n\tfsmonitor = ${program}\n\tpager = ${program}\n`)
    this.configure({
      'core.alternateRefsCommand': program,
      'core.askPass': program,
      'core.editor': program,
      'core.fsmonitor': program,
      'core.gitProxy': program,
      'core.hooksPath': join(this.path, '.git/hooks'),
      'core.pager': program,
      'core.sshCommand': program,
      'credential.helper': `!${program}`,
      'diff.e.command': program,
      'diff.e.textconv': program,
      'diff.external': program,
      'filter.e.clean': program,
      'filter.e.process': program,
      'filter.e.required': 'true',
      'filter.e.smudge': program,
      'gpg.program': program,
      // git 2.54 and later.
      'hook.e.command': program,
      'hook.e.event': 'pre-receive',
      'hook.f.command': program,
      'hook.f.event': 'reference-transaction',
      'merge.e.driver': program,
      'protocol.ext.allow': 'always',
      'remote.origin.promisor': 'true',
      'remote.origin.receivepack': program,
      'remote.origin.uploadpack': program,
      'remote.origin.url': `ext::${program}`,
      'sequence.editor': program,
      'trace2.eventTarget': `${canary}`,
      'uploadpack.packObjectsHook': program,
      'include.path': 'included',
      'alias.status': `!${program}`,
    })
  }
}
