/** Where a repository is at its host: `group/sub` and `name` of `https://host/group/sub/name.git`. */
export type Place = { readonly owner: string; readonly name: string }

export type PullRequest = {
  readonly number: number
  /** Where people look at it. */
  readonly url: string
  readonly title: string
  readonly state: 'open' | 'merged' | 'closed'
  readonly isDraft: boolean
  readonly head: string
  readonly base: string
  readonly headCommit: string
}

export type Proposal = Pick<PullRequest, 'title' | 'head' | 'base' | 'isDraft'> & { readonly body: string }

/** What a CI has said of a commit. */
export type Check = {
  readonly name: string
  readonly state: 'pending' | 'passed' | 'failed'
  /** In its own words, which may be anybody's. */
  readonly summary: string
  readonly url: string | null
}

/** What somebody has said about a pull request. */
export type Comment = {
  /** Of its host: the same comment has it each time. */
  readonly id: string
  readonly author: string
  /** Whether they may write to the repository: who may not, does not tell an agent what to do. */
  readonly mayWrite: boolean
  /** The place in the change that it is about. */
  readonly path: string | null
  readonly line: number | null
  readonly body: string
}

/**
 * A repository at a host, in the terms that all hosts share. A kind of host is one implementation of this.
 * All of it rejects with CodeHostFault.
 */
export interface HostedRepository {
  /** Sees to it that there is such a repository, for this token. */
  check(): Promise<void>
  /** The commit that a branch stands at; `null`: there is none of this name. */
  branch(name: string): Promise<string | null>
  /** The one that is open for a head and a base. */
  find(of: Pick<Proposal, 'head' | 'base'>): Promise<PullRequest | null>
  /** @throws CodeHostFault INVALID in the host's own words, also where there is one already */
  open(proposal: Proposal): Promise<PullRequest>
  pullRequest(number: number): Promise<PullRequest>
  checks(commit: string): Promise<readonly Check[]>
  /** Oldest first, of the pull request as a whole and of lines of it; nothing that is settled or approves. */
  comments(number: number): Promise<readonly Comment[]>
}

export type CodeHostApi = {
  /** Whom the host takes the token's owner for. */
  user(): Promise<string>
  at(place: Place): HostedRepository
}

export type CodeHostFaultCode =
  /** 401, 403. */
  | 'REFUSED'
  | 'NOT_FOUND'
  /** 400, 409, 422. */
  | 'INVALID'
  | 'UNAVAILABLE'
  | 'LIMITED'
  | 'NOT_UNDERSTOOD'

/** Why a host did not do what it was asked. The message is the host's first line where it said anything, and never holds a token. */
export class CodeHostFault extends Error {
  override readonly name = 'CodeHostFault'
  readonly code: CodeHostFaultCode
  readonly retryAfterMs: number | undefined

  constructor(code: CodeHostFaultCode, message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options)
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}
