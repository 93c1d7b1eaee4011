import type {
  Feedback,
  PullRequestChecks,
  PullRequestEvent,
  PullRequestRejection,
} from '@mosaic/contracts/pull-request'
import { id, specification } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { pullRequest, type PullRequestCommand } from './pull-request.ts'

const [pullRequestId, sessionId, successor] = [id(1), id(2), id(3)]
const of = { pullRequestId, sessionId }
const address = { number: 7, url: 'https://host.example/7' }
const asked = {
  ...of,
  repository: 'https://host.example/o/c.git',
  branch: 'mosaic/1',
  into: 'main',
  title: 't',
  isDraft: false,
}
const said = (name: string): Feedback => ({
  id: name,
  kind: 'comment',
  author: 'ada',
  path: null,
  line: null,
  text: 'no',
})

const requested: PullRequestEvent = { type: 'PullRequestRequested', data: asked }
const opened: PullRequestEvent = {
  type: 'PullRequestOpened',
  data: { ...of, ...address, host: 'home', headCommit: 'c1', isNew: true },
}
const told = (
  names: string[],
  over: { to?: 'agent' | 'person'; times?: number; sessionId?: string } = {},
): PullRequestEvent => ({
  type: 'PullRequestFeedbackReceived',
  data: { ...of, ...address, headCommit: 'c1', feedback: names.map(said), to: 'agent', times: 1, ...over },
})
const continued: PullRequestEvent = { type: 'PullRequestContinued', data: { pullRequestId, sessionId: successor } }
const answered: PullRequestEvent = { type: 'PullRequestAnswered', data: { pullRequestId, sessionId: successor } }
const returned: PullRequestEvent = { type: 'PullRequestReturned', data: { ...of, ...address, message: 'failed' } }
const ended = (type: 'PullRequestMerged' | 'PullRequestClosed', ...sessionIds: string[]): PullRequestEvent => ({
  type,
  data: { pullRequestId, ...address, into: 'main', commit: 'c1', sessionIds },
})
const see = (over: Partial<Extract<PullRequestCommand, { type: 'RecordSeen' }>> = {}): PullRequestCommand => ({
  type: 'RecordSeen',
  state: 'open',
  headCommit: 'c1',
  checks: null,
  feedback: [],
  mostTimes: 3,
  ...over,
})

const { given } = specification(pullRequest)

const states = {
  none: [],
  asked: [requested],
  watched: [requested, opened],
  told: [requested, opened, told(['a'])],
  'with its agent': [requested, opened, told(['a']), continued],
  "a person's": [requested, opened, told(['a'], { to: 'person', times: 0 })],
  merged: [requested, opened, ended('PullRequestMerged', sessionId)],
} as const satisfies Record<string, readonly PullRequestEvent[]>

const commands = {
  RequestPullRequest: { type: 'RequestPullRequest', ...asked },
  RecordOpened: { type: 'RecordOpened', ...address, host: 'home', headCommit: 'c1', isNew: true },
  RefuseOpening: { type: 'RefuseOpening', code: 'CODE_HOST_REFUSED', message: 'no' },
  RecordSeen: see({ feedback: [said('b')] }),
  ContinuePullRequest: { type: 'ContinuePullRequest', sessionId: successor },
  AnswerPullRequest: { type: 'AnswerPullRequest', sessionId: successor },
  ReturnPullRequest: { type: 'ReturnPullRequest', message: 'failed' },
} as const satisfies { [Type in PullRequestCommand['type']]: PullRequestCommand }

type Cell = readonly PullRequestEvent['type'][] | PullRequestRejection
const missing = 'PULL_REQUEST_NOT_FOUND'
const nothing = {
  RequestPullRequest: [],
  RecordOpened: [],
  RefuseOpening: [],
  RecordSeen: [],
  ContinuePullRequest: [],
  AnswerPullRequest: [],
  ReturnPullRequest: [],
} as const
const anew = { RequestPullRequest: ['PullRequestRequested'] } as const

const table: Record<keyof typeof states, Record<PullRequestCommand['type'], Cell>> = {
  none: {
    ...anew,
    RecordOpened: missing,
    RefuseOpening: missing,
    RecordSeen: missing,
    ContinuePullRequest: missing,
    AnswerPullRequest: missing,
    ReturnPullRequest: missing,
  },
  asked: { ...nothing, ...anew, RecordOpened: ['PullRequestOpened'], RefuseOpening: ['PullRequestRefused'] },
  watched: { ...nothing, RecordSeen: ['PullRequestFeedbackReceived'] },
  told: { ...nothing, ContinuePullRequest: ['PullRequestContinued'], ReturnPullRequest: ['PullRequestReturned'] },
  'with its agent': {
    ...nothing,
    // Whoever has gone on with it is another session.
    ...anew,
    AnswerPullRequest: ['PullRequestAnswered'],
    ReturnPullRequest: ['PullRequestReturned'],
  },
  "a person's": { ...nothing, ...anew },
  merged: { ...nothing, ...anew, RecordOpened: ['PullRequestOpened'] },
}

const cells = Object.entries(states).flatMap(([state, events]) =>
  Object.entries(commands).map(([type, command]) => ({ state, type, events, command })),
)
test.each(cells)('$state: $type', ({ state, type, events, command }) => {
  const expected = table[state as keyof typeof states][type as PullRequestCommand['type']]
  const decided = pullRequest.decide(command, events.reduce(pullRequest.evolve, pullRequest.initialState))
  expect(decided.ok ? decided.value.map((event) => event.type) : decided.error.code).toEqual(expected)
})

test('what was told is not told again, and the same twice at once is told once', () => {
  const history = [requested, opened, told(['a']), continued, answered]
  given(...history)
    .when(see({ feedback: [said('a')] }))
    .nothing()
  given(...history)
    .when(see({ feedback: [said('a'), said('b'), said('b')] }))
    .then(told(['b'], { times: 2, sessionId: successor }))
})

test('its agent is told as often as it may be; then a person is, until they ask again', () => {
  const once = [requested, opened, told(['a']), continued, answered]
  const asPerson = told(['b'], { to: 'person', times: 1, sessionId: successor })
  given(...once)
    .when(see({ feedback: [said('b')], mostTimes: 1 }))
    .then(asPerson)
  given(...once, asPerson)
    .when(see({ feedback: [said('c')], mostTimes: 1 }))
    .nothing()
  given(...once, asPerson, requested)
    .when(see({ feedback: [said('c')], mostTimes: 1 }))
    .then(told(['c']))
})

test('a branch that has moved is said, and a pull request that has ended is, to all that worked on it', () => {
  const moved: PullRequestEvent = { type: 'PullRequestUpdated', data: { ...of, ...address, headCommit: 'c2' } }
  given(requested, opened)
    .when(see({ headCommit: 'c2' }))
    .then(moved)
  const history = [requested, opened, told(['a']), continued]
  given(...history)
    .when(see({ state: 'merged' }))
    .then(ended('PullRequestMerged', sessionId, successor))
  given(...history)
    .when(see({ state: 'closed' }))
    .then(ended('PullRequestClosed', sessionId, successor))
})

test('what an agent cannot do is a person’s, who hears of nothing more', () => {
  given(requested, opened, told(['a']), returned)
    .when(see({ feedback: [said('b')] }))
    .nothing()
})

test('what the checks of its newest commit have come to is said once, and anew for another commit', () => {
  const failed = { state: 'failed' as const, failed: ['test'] }
  const checked = (headCommit: string, checks: PullRequestChecks): PullRequestEvent => ({
    type: 'PullRequestChecked',
    data: { ...of, ...address, headCommit, checks },
  })
  given(requested, opened)
    .when(see({ checks: failed }))
    .then(checked('c1', failed))
  given(requested, opened, checked('c1', failed))
    .when(see({ checks: failed }))
    .nothing()
  const moved: PullRequestEvent = { type: 'PullRequestUpdated', data: { ...of, ...address, headCommit: 'c2' } }
  given(requested, opened, checked('c1', failed))
    .when(see({ headCommit: 'c2', checks: failed }))
    .then(moved, checked('c2', failed))
  given(requested, opened, checked('c1', failed), moved)
    .when(see({ headCommit: 'c2' }))
    .nothing()
})
