import type { Feedback, PullRequestChecks, PullRequestEvent } from '@mosaic/contracts/pull-request'

type Known = {
  readonly pullRequestId: string
  readonly repository: string
  readonly branch: string
  readonly into: string
  /** Who works on it, or did last; and all that have. */
  readonly sessionId: string
  readonly sessionIds: readonly string[]
  /** What was said of it and is told already, by the host's own ids. */
  readonly known: readonly string[]
  /** How often its agent was told since a person has last asked, and since ever. */
  readonly times: number
  readonly rounds: number
}

/**
 * `told`: something was said of it, and its agent is to hear of it; `with-agent`: it does something about it. `isPersons`: its
 * agent hears of nothing more, until a person asks again.
 */
export type PullRequest =
  | { readonly status: 'none' }
  | (Known & { readonly status: 'asked' | 'ended' })
  | (Known & {
      readonly status: 'open'
      readonly number: number
      readonly url: string
      readonly headCommit: string
      /** As they were said last, of that commit. */
      readonly checks: PullRequestChecks | null
      readonly place: 'watched' | 'told' | 'with-agent'
      readonly isPersons: boolean
      readonly feedback: readonly Feedback[]
    })

export type KnownPullRequest = Exclude<PullRequest, { status: 'none' }>

export function evolve(state: PullRequest, event: PullRequestEvent): PullRequest {
  if (event.type === 'PullRequestRequested') return requested(state, event.data)
  if (state.status === 'none') return state
  if (event.type === 'PullRequestOpened') {
    const { number, url, headCommit } = event.data
    const opened = { ...state, status: 'open', number, url, headCommit, checks: null } as const
    return { ...opened, place: 'watched', isPersons: false, feedback: [] }
  }
  if (state.status !== 'open') return state
  switch (event.type) {
    case 'PullRequestRefused':
      return state
    case 'PullRequestUpdated':
      return { ...state, headCommit: event.data.headCommit, checks: null }
    case 'PullRequestChecked':
      return { ...state, checks: event.data.checks }
    case 'PullRequestFeedbackReceived': {
      const { feedback, to, times } = event.data
      const known = [...state.known, ...feedback.map(({ id }) => id)]
      const heard = { ...state, known, feedback, times, rounds: state.rounds + 1 }
      return to === 'agent' ? { ...heard, place: 'told' } : { ...heard, isPersons: true }
    }
    case 'PullRequestContinued': {
      const { sessionId } = event.data
      return { ...state, place: 'with-agent', sessionId, sessionIds: withOne(state.sessionIds, sessionId) }
    }
    case 'PullRequestAnswered':
      return { ...state, place: 'watched', feedback: [] }
    case 'PullRequestReturned':
      return { ...state, place: 'watched', isPersons: true }
    case 'PullRequestMerged':
    case 'PullRequestClosed': {
      const { pullRequestId, repository, branch, into, sessionId, sessionIds, known, times, rounds } = state
      return { status: 'ended', pullRequestId, repository, branch, into, sessionId, sessionIds, known, times, rounds }
    }
  }
}

function requested(
  state: PullRequest,
  {
    pullRequestId,
    repository,
    branch,
    into,
    sessionId,
  }: Extract<PullRequestEvent, { type: 'PullRequestRequested' }>['data'],
): PullRequest {
  const of = { pullRequestId, repository, branch, into, sessionId, times: 0 }
  if (state.status === 'none') return { ...of, status: 'asked', sessionIds: [sessionId], known: [], rounds: 0 }
  const sessionIds = withOne(state.sessionIds, sessionId)
  if (state.status === 'open') return { ...state, ...of, sessionIds, isPersons: false }
  return { ...state, ...of, status: 'asked', sessionIds }
}

const withOne = (ids: readonly string[], id: string): readonly string[] => (ids.includes(id) ? ids : [...ids, id])
