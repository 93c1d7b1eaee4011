import type { Feedback } from '@mosaic/contracts/pull-request'
import type { NewEvent } from '@mosaic/event-store'
import { asked, id, kept } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { tellPullRequests } from './tell-pull-requests.ts'

const [pullRequestId, sessionId, successor] = [id(1), id(2), id(3)]
const of = { pullRequestId, number: 7, url: 'https://host.example/7' }
const requested: NewEvent = {
  type: 'PullRequestRequested',
  data: { pullRequestId, sessionId, repository: 'r', branch: 'b', into: 'main', title: 't', isDraft: false },
}
const note = (to: string, command: object) => ({ to: 'agentSession', id: to, command, key: to })
const said: Feedback = { id: 'a', kind: 'comment', author: 'ada', path: null, line: null, text: 'no\nnot so' }

test('a session hears where its branch is proposed, and that it has moved there', () => {
  const told = [note(sessionId, { type: 'NoteProposed', ...of, into: 'main', headCommit: 'c1' })]
  const opened = { ...of, sessionId, host: 'home', headCommit: 'c1', isNew: true }
  expect(asked(tellPullRequests, requested, { type: 'PullRequestOpened', data: opened })).toEqual(told)
  const updated = { ...of, sessionId, headCommit: 'c1' }
  expect(asked(tellPullRequests, requested, { type: 'PullRequestUpdated', data: updated })).toEqual(told)
})

test('a session hears what was said of it, and whose it is', () => {
  const data = { ...of, sessionId, headCommit: 'c1', feedback: [said, said], to: 'agent' as const, times: 1 }
  expect(asked(tellPullRequests, requested, { type: 'PullRequestFeedbackReceived', data })).toEqual([
    note(sessionId, {
      type: 'NoteProposalReturned',
      ...of,
      message: 'ada: no not so (and 1 more)',
      to: 'agent',
      times: 1,
    }),
  ])
  const returned = { ...of, sessionId, message: 'its agent failed' }
  expect(asked(tellPullRequests, requested, { type: 'PullRequestReturned', data: returned })).toEqual([
    note(sessionId, { type: 'NoteProposalReturned', ...of, message: 'its agent failed', to: 'person', times: 0 }),
  ])
})

test('all sessions that worked on it hear of its end', () => {
  const data = { ...of, into: 'main', commit: 'c1', sessionIds: [sessionId, successor] }
  const ended = (outcome: string) =>
    [sessionId, successor].map((each) =>
      note(each, { type: 'NoteProposalEnded', ...of, outcome, into: 'main', commit: 'c1' }),
    )
  expect(asked(tellPullRequests, requested, { type: 'PullRequestMerged', data })).toEqual(ended('merged'))
  expect(asked(tellPullRequests, requested, { type: 'PullRequestClosed', data })).toEqual(ended('closed'))
})

test('a session whose work another one went on with showed its pull request as it had been', () => {
  const continued: NewEvent = { type: 'PullRequestContinued', data: { pullRequestId, sessionId: successor } }
  const updated = { ...of, sessionId: successor, headCommit: 'c2' }
  expect(asked(tellPullRequests, requested, continued, { type: 'PullRequestUpdated', data: updated })).toEqual(
    [sessionId, successor].map((each) => note(each, { type: 'NoteProposed', ...of, into: 'main', headCommit: 'c2' })),
  )
  const checks = { state: 'failed' as const, failed: ['test'] }
  const checked = { ...updated, checks }
  expect(asked(tellPullRequests, requested, continued, { type: 'PullRequestChecked', data: checked })).toEqual(
    [sessionId, successor].map((each) => note(each, { type: 'NoteProposalChecked', ...of, headCommit: 'c2', checks })),
  )
})

test('pull requests that their host had refused were kept in mind for ever', () => {
  const refused: NewEvent = { type: 'PullRequestRefused', data: { pullRequestId, sessionId, code: 'C', message: 'no' } }
  const opened: NewEvent = {
    type: 'PullRequestOpened',
    data: { ...of, sessionId, host: 'home', headCommit: 'c1', isNew: true },
  }
  expect(kept(tellPullRequests, requested, refused)).toEqual({})
  expect(Object.keys(kept(tellPullRequests, requested, opened, requested, refused))).toEqual([pullRequestId])
})
