import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type {
  Feedback,
  PullRequestChecks,
  PullRequestEvent,
  PullRequestRejection,
  SeenPullRequest,
} from '@mosaic/contracts/pull-request'
import { evolve, type KnownPullRequest, type PullRequest } from './state.ts'

export type { KnownPullRequest, PullRequest } from './state.ts'

type DataOf<Type extends PullRequestEvent['type']> = Extract<PullRequestEvent, { type: Type }>['data']

export type PullRequestCommand =
  | ({ readonly type: 'RequestPullRequest' } & DataOf<'PullRequestRequested'>)
  | ({ readonly type: 'RecordOpened' } & Omit<DataOf<'PullRequestOpened'>, 'pullRequestId' | 'sessionId'>)
  | { readonly type: 'RefuseOpening'; readonly code: string; readonly message: string }
  /** As its host has it now, and how often its agent may be told. */
  | ({ readonly type: 'RecordSeen'; readonly mostTimes: number } & SeenPullRequest)
  | { readonly type: 'ContinuePullRequest'; readonly sessionId: string }
  | { readonly type: 'AnswerPullRequest'; readonly sessionId: string }
  | { readonly type: 'ReturnPullRequest'; readonly message: string }

type CommandOf<Type extends PullRequestCommand['type']> = Extract<PullRequestCommand, { type: Type }>
type Decision = Result<readonly PullRequestEvent[], Rejection<PullRequestRejection>>

const nothing: Decision = ok([])

/** The branch of an agent at its host, from when somebody wants it proposed there until it is merged or closed. */
export const pullRequest: Decider<PullRequest, PullRequestCommand, PullRequestEvent, PullRequestRejection> = {
  initialState: { status: 'none' },
  decide(command, state) {
    if (command.type === 'RequestPullRequest') return request(command, state)
    if (state.status === 'none') return err({ code: 'PULL_REQUEST_NOT_FOUND', message: 'nobody has asked for it' })
    return decideKnown(command, state)
  },
  evolve,
}

/** Asked for again while it is watched, nothing changes; a person's word gives its agent as many rounds as before. */
function request(command: CommandOf<'RequestPullRequest'>, state: PullRequest): Decision {
  const { type: _, ...data } = command
  const isWatched = state.status === 'open' && !state.isPersons && state.sessionId === data.sessionId
  return isWatched ? nothing : ok([{ type: 'PullRequestRequested', data }])
}

function decideKnown(
  command: Exclude<PullRequestCommand, { type: 'RequestPullRequest' }>,
  known: KnownPullRequest,
): Decision {
  const { pullRequestId, sessionId } = known
  const of = { pullRequestId, sessionId }
  if (command.type === 'RecordOpened') return opened(command, known)
  if (command.type === 'RefuseOpening') {
    const { code, message } = command
    return known.status === 'asked' ? ok([{ type: 'PullRequestRefused', data: { ...of, code, message } }]) : nothing
  }
  if (known.status !== 'open') return nothing
  const { number, url, place } = known
  switch (command.type) {
    case 'RecordSeen':
      return seen(command, known)
    case 'ContinuePullRequest': {
      const data = { pullRequestId, sessionId: command.sessionId }
      return place === 'told' ? ok([{ type: 'PullRequestContinued', data }]) : nothing
    }
    case 'AnswerPullRequest':
      if (place !== 'with-agent' || command.sessionId !== sessionId) return nothing
      return ok([{ type: 'PullRequestAnswered', data: of }])
    case 'ReturnPullRequest':
      if (place === 'watched') return nothing
      return ok([{ type: 'PullRequestReturned', data: { ...of, number, url, message: command.message } }])
  }
}

function opened(command: CommandOf<'RecordOpened'>, known: KnownPullRequest): Decision {
  const { type: _, ...data } = command
  const { pullRequestId, sessionId, status } = known
  const isThere = status === 'open' && known.number === data.number
  return isThere ? nothing : ok([{ type: 'PullRequestOpened', data: { pullRequestId, sessionId, ...data } }])
}

type Open = Extract<KnownPullRequest, { status: 'open' }>

function seen({ state, headCommit, checks, feedback, mostTimes }: CommandOf<'RecordSeen'>, open: Open): Decision {
  const { pullRequestId, sessionId, number, url, into, sessionIds } = open
  const of = { pullRequestId, sessionId, number, url }
  if (state !== 'open') {
    const type = state === 'merged' ? 'PullRequestMerged' : 'PullRequestClosed'
    return ok([{ type, data: { pullRequestId, number, url, into, commit: headCommit, sessionIds: [...sessionIds] } }])
  }
  const moved: PullRequestEvent[] =
    headCommit === open.headCommit ? [] : [{ type: 'PullRequestUpdated', data: { ...of, headCommit } }]
  if (checks !== null && !isSame(checks, moved.length > 0 ? null : open.checks))
    moved.push({ type: 'PullRequestChecked', data: { ...of, headCommit, checks } })
  const news = unknown(feedback, open)
  if (news.length === 0 || open.place !== 'watched' || open.isPersons) return ok(moved)
  const to = open.times < mostTimes ? 'agent' : 'person'
  const times = to === 'agent' ? open.times + 1 : open.times
  return ok([...moved, { type: 'PullRequestFeedbackReceived', data: { ...of, headCommit, feedback: news, to, times } }])
}

const isSame = (one: PullRequestChecks, other: PullRequestChecks | null): boolean =>
  one.state === other?.state && one.failed.join('\n') === other.failed.join('\n')

const unknown = (feedback: readonly Feedback[], { known }: Open): Feedback[] =>
  feedback.filter(({ id }, index) => !known.includes(id) && feedback.findIndex((each) => each.id === id) === index)
