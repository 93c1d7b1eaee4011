import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const fixture = join(import.meta.dirname, '../fixtures/log-0.1')

/** Where that log's sessions have their repository and their scenario. Their events say so: it cannot move. */
const place = '/tmp/mosaic-log-0.1'

type Row = Readonly<Record<string, unknown>>

/** What the gateway of version 0.1 answered about its log, in the shapes of that version. */
export type FirstAnswers = {
  /** The sessions that it left alive. */
  readonly left: {
    readonly paused: string
    readonly waiting: string
    readonly interrupted: string
    readonly dying: string
  }
  readonly verify: Readonly<
    Record<string, { readonly rows: number; readonly liveDigest: string; readonly position: string }>
  >
  readonly sessions: readonly Row[]
  readonly messages: Readonly<Record<string, readonly Row[]>>
  readonly audit: readonly Row[]
  readonly dashboard: Row
  readonly layout: Row
}

export const firstAnswers = (): FirstAnswers =>
  JSON.parse(gunzipSync(readFileSync(join(fixture, 'answers.json.gz'))).toString('utf8')) as FirstAnswers

/** Puts the log where an event store finds it. */
export function layLog(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'events.db'), gunzipSync(readFileSync(join(fixture, 'events.db.gz'))))
}

/**
 * Lays down what the log's sessions worked on, whole or not at all; the commit has the same id every time. It stays when
 * the test is over: there is one such place on a machine, and another run may be at work there.
 */
export function layRepository(): void {
  if (existsSync(place)) return
  const draft = mkdtempSync(`${place}-`)
  chmodSync(draft, 0o755)
  copyFileSync(join(fixture, 'scenario.yaml'), join(draft, 'scenario.yaml'))
  const repository = join(draft, 'repository')
  mkdirSync(repository)
  writeFileSync(join(repository, 'README.md'), '# A thing\n')
  git(repository, 'init', '--quiet', '--initial-branch=main')
  git(repository, 'add', '.')
  git(repository, 'commit', '--quiet', '--message=First')
  try {
    renameSync(draft, place)
  } catch (error) {
    // Another run was quicker.
    if (!existsSync(place)) throw error
    rmSync(draft, { recursive: true })
  }
}

function git(repository: string, ...args: string[]): void {
  const person = { NAME: 'Ada', EMAIL: 'ada@example.com', DATE: '2026-01-01T00:00:00Z' }
  const roles = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  )
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  execFileSync('git', ['-C', repository, ...args], { env: { ...env, ...Object.fromEntries(roles) } })
}
