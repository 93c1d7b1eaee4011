// Fails on a dependency of which something grave is known (`pnpm audit`: high or critical). Where the registry answers no
// audits it says that it was skipped, and why: nothing is known then.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { verdictOf } from './runner/audit-verdict.ts'

const cwd = join(import.meta.dirname, '..')
const { status, stdout, stderr, error } = spawnSync('pnpm', ['audit', '--audit-level', 'high', '--json'], {
  cwd,
  encoding: 'utf8',
  timeout: 60_000,
})
const verdict = verdictOf({ code: status ?? 1, stdout: stdout ?? '', stderr: error?.message ?? stderr })
if (verdict.kind === 'vulnerable') console.error(verdict.advisories.join('\n'))
console.log(verdict.kind === 'skipped' ? `skipped: ${verdict.reason}` : verdict.kind)
process.exitCode = verdict.kind === 'vulnerable' ? 1 : 0
