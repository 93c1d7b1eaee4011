import type { AllowedSecret } from '@mosaic/contracts/agent-session'
import { ok } from '@mosaic/contracts/kernel'
import type { CheckStage } from '@mosaic/contracts/quality'
import type { CustomPattern, WorkspaceRules } from '@mosaic/redaction'
import type { AgentSandbox, Approve, FoundWorktree, GitResult, Still } from './contract/index.ts'
import { succeeded } from './failures.ts'
import type { GitCall, GitOutput, RunGit } from './git-command.ts'
import type { GitSandbox, Job, StartedJob } from './git-sandbox.ts'
import type { OriginOptions, Origins } from './origins.ts'
import { Quarantine } from './quarantine.ts'

/** Where a branch stands. */
export type Tip = { readonly commit: string; readonly tree: string }

export type WorkDeps = {
  readonly git: RunGit
  readonly sandbox: GitSandbox
  readonly origins: Origins
  /** For objects on their way into a mirror. */
  readonly quarantineFolder: string
  /** What moves the mirror's refs of origin goes one at a time. */
  readonly exclusively: Still
  /** More in one commit is refused. */
  readonly mostBytes: number
  /** New objects have room on the disk, instead of as much as a sandbox may have in memory. */
  readonly stagesOnDisk?: boolean
  /** The files are kept as they are, also where no commit could be made of them. */
  readonly filesAlone?: boolean
  /** Who waits for this does not wait longer for an origin that does not answer; in milliseconds. */
  readonly networkMs?: number
  /** What a person has allowed though it looks like a secret. */
  readonly allowed?: readonly AllowedSecret[] | undefined
  /** Of the workspace. */
  readonly rules?: WorkspaceRules | undefined
  readonly approve?: Approve | undefined
}

/**
 * git on one agent's work: outside on the mirror alone, and inside a sandbox of its own on the worktree, whose files,
 * configuration and programs are the agent's.
 */
export class Work {
  readonly worktree: FoundWorktree
  readonly exclusively: Still
  /** What reads or writes the worktree's files goes while the agent's processes stand still. */
  readonly still: Still
  readonly #deps: WorkDeps
  readonly #agent: AgentSandbox | undefined

  constructor(deps: WorkDeps, worktree: FoundWorktree, agent: AgentSandbox | undefined) {
    this.#deps = deps
    this.#agent = agent
    this.worktree = worktree
    this.exclusively = deps.exclusively
    this.still = agent ? (step) => agent.whileStill(step) : (step) => step()
  }

  allows({ file, fingerprint }: AllowedSecret): boolean {
    const { allowed = [], rules } = this.#deps
    if (rules?.allowed.has(fingerprint)) return true
    return allowed.some((each) => each.file === file && each.fingerprint === fingerprint)
  }

  /** What people of the workspace hold to be secrets, beside what is one everywhere. */
  get secretPatterns(): readonly CustomPattern[] {
    return this.#deps.rules?.patterns ?? []
  }

  /** Asked before a branch moves to a commit, and before one goes out. */
  async approve(stage: CheckStage, commit: string): Promise<GitResult<void>> {
    const { approve } = this.#deps
    if (!approve) return ok(undefined)
    const tree = (await this.read(['rev-parse', `${commit}^{tree}`])).trim()
    return approve({ stage, commit, tree })
  }

  get mostBytes(): number {
    return this.#deps.mostBytes
  }

  get stagesOnDisk(): boolean {
    return this.#deps.stagesOnDisk ?? false
  }

  get filesAlone(): boolean {
    return this.#deps.filesAlone ?? false
  }

  get branchRef(): string {
    return `refs/heads/${this.worktree.branch}`
  }

  run(args: readonly string[], call?: GitCall): Promise<GitOutput> {
    const { git, networkMs } = this.#deps
    const hurried = call?.network && networkMs !== undefined ? { ...call, timeoutMs: networkMs } : call
    return git([`--git-dir=${this.worktree.mirrorPath}`, ...args], hurried)
  }

  inside(job: Job): Promise<StartedJob> {
    return this.#deps.sandbox.start(this.worktree, job, this.#agent?.kind)
  }

  runInside(job: Job): Promise<GitOutput> {
    return this.#deps.sandbox.run(this.worktree, job, this.#agent?.kind)
  }

  quarantine(): Promise<Quarantine> {
    return Quarantine.open(this.#deps.git, { mirror: this.worktree.mirrorPath, folder: this.#deps.quarantineFolder })
  }

  originOptions(): Promise<GitResult<OriginOptions>> {
    return this.#deps.origins.options(this.worktree.repository)
  }

  async read(args: readonly string[], call?: GitCall): Promise<string> {
    return succeeded(await this.run(args, call), `git ${args[0]}`)
  }

  async tip(): Promise<Tip> {
    const ids = await this.read(['rev-parse', this.branchRef, `${this.branchRef}^{tree}`])
    const [commit = '', tree = ''] = ids.split('\n')
    return { commit, tree }
  }

  async commitAt(ref: string): Promise<string | undefined> {
    const output = await this.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    return output.code === 0 ? output.stdout.trim() : undefined
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.run(['merge-base', '--is-ancestor', ancestor, descendant])).code === 0
  }
}

/** Message and trailers as git-interpret-trailers(1) reads them: only the last paragraph counts. */
export function withTrailers(message: string, trailers: Readonly<Record<string, string | readonly string[]>>): string {
  const lines = Object.entries(trailers).flatMap(([key, values]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(key)) throw new RangeError(`no trailer: ${key}`)
    return [values].flat().map((value) => `${key}: ${legible(value).replaceAll(/\s+/g, ' ')}`)
  })
  return `${legible(message).trim()}\n\n${lines.join('\n')}\n`
}

/** Without what would move, colour or reorder the terminal of whoever reads the history; tab and line breaks stay. */
const legible = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, '')
