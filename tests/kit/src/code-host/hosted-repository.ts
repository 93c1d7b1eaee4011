import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type HostedPull = {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly head: string
  readonly base: string
  readonly isDraft: boolean
  state: 'open' | 'merged' | 'closed'
  /** Where its branch stood when it ended. */
  lastHead: string | null
}

/** Said of a whole pull request, of a line of it, or as a review. */
export type HostedComment = {
  readonly id: number
  readonly kind: 'comment' | 'line' | 'review'
  readonly number: number
  readonly author: string
  readonly body: string
  readonly path: string
  readonly line: number
  readonly verdict: 'changes' | 'comment' | 'approved'
  readonly isSettled: boolean
}

export type HostedCheck = {
  readonly commit: string
  readonly name: string
  readonly state: 'pending' | 'passed' | 'failed'
  readonly summary: string
  /** Of the older or the newer of GitHub's two ways; the others have one. */
  readonly by: 'status' | 'run'
}

const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=User', '-c', 'user.email=user@example.com', ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()

/** A bare repository below a folder, and what its host knows of pull requests. */
export class HostedRepository {
  readonly path: string
  readonly fullName: string
  readonly pulls: HostedPull[] = []
  readonly comments: HostedComment[] = []
  readonly checks: HostedCheck[] = []
  /** May write. */
  readonly members = new Set<string>(['ada'])
  #lastId = 100

  constructor(root: string, fullName: string, files: Readonly<Record<string, string>>) {
    this.fullName = fullName
    this.path = join(root, `${fullName}.git`)
    mkdirSync(dirname(this.path), { recursive: true })
    const work = mkdtempSync(join(tmpdir(), 'mosaic-hosted-'))
    git(work, 'init', '--quiet', '--initial-branch=main')
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), content)
    }
    git(work, 'add', '--all')
    git(work, 'commit', '--quiet', '--message', 'first')
    git(work, 'clone', '--quiet', '--bare', work, this.path)
    git(this.path, 'config', 'http.receivepack', 'true')
    rmSync(work, { recursive: true })
  }

  git(...args: string[]): string {
    return git(this.path, ...args)
  }

  /** Without a process for each: lists of pull requests ask for many. */
  branch(name: string): string | undefined {
    const ref = `refs/heads/${name}`
    const loose = join(this.path, ref)
    if (existsSync(loose)) return readFileSync(loose, 'utf8').trim()
    const packed = join(this.path, 'packed-refs')
    const lines = existsSync(packed) ? readFileSync(packed, 'utf8').split('\n') : []
    return lines.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0]
  }

  headOf({ head, lastHead }: HostedPull): string {
    return lastHead ?? this.branch(head) ?? '0'.repeat(40)
  }

  open(proposal: Omit<HostedPull, 'number' | 'state' | 'lastHead'>): HostedPull {
    const pull: HostedPull = { ...proposal, number: this.pulls.length + 1, state: 'open', lastHead: null }
    this.pulls.push(pull)
    return pull
  }

  comment(number: number, of: Partial<Omit<HostedComment, 'id' | 'number'>> & { readonly body: string }): number {
    const id = ++this.#lastId
    const usual = { kind: 'comment', author: 'ada', path: '', line: 0, verdict: 'changes', isSettled: false } as const
    this.comments.push({ ...usual, ...of, id, number })
    return id
  }

  check(of: Omit<HostedCheck, 'summary' | 'by'> & Partial<Pick<HostedCheck, 'summary' | 'by'>>): void {
    const known = this.checks.findIndex(({ commit, name }) => commit === of.commit && name === of.name)
    if (known >= 0) this.checks.splice(known, 1)
    this.checks.push({ summary: '', by: 'status', ...of })
  }

  /** As its button does: the base has all of the branch then. */
  merge(number: number): string {
    const pull = this.#pull(number)
    pull.lastHead = this.headOf(pull)
    const tree = this.git('merge-tree', '--write-tree', pull.base, pull.lastHead)
    const parents = ['-p', this.branch(pull.base) ?? '', '-p', pull.lastHead]
    const commit = this.git('commit-tree', tree, ...parents, '-m', `Merge #${number}`)
    this.git('update-ref', `refs/heads/${pull.base}`, commit)
    pull.state = 'merged'
    return commit
  }

  close(number: number): void {
    const pull = this.#pull(number)
    pull.lastHead = this.headOf(pull)
    pull.state = 'closed'
  }

  #pull(number: number): HostedPull {
    const pull = this.pulls.find((each) => each.number === number)
    if (!pull) throw new Error(`there is no pull request ${number}`)
    return pull
  }
}
