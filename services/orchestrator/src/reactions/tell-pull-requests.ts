import type { Feedback } from '@mosaic/contracts/pull-request'
import { defineReaction, type ReactionCommand } from './reaction.ts'

/** Where a pull request is to go, which only its first fact says, and the sessions that have worked on it. */
type Known = { readonly into: string; readonly sessionIds: readonly string[]; readonly isOpen: boolean }
type State = Readonly<Record<string, Known>>

/** The sessions that work on a pull request hear what has become of it. */
export const tellPullRequests = defineReaction({
  name: 'tell-pull-requests',
  version: 3,
  handles: [
    'PullRequestRequested',
    'PullRequestRefused',
    'PullRequestOpened',
    'PullRequestUpdated',
    'PullRequestChecked',
    'PullRequestContinued',
    'PullRequestFeedbackReceived',
    'PullRequestReturned',
    'PullRequestMerged',
    'PullRequestClosed',
  ],
  initial: {} as State,
  evolve(state, { type, data }): State {
    if (type === 'PullRequestRequested' || type === 'PullRequestContinued') {
      const { pullRequestId, sessionId } = data
      const { into, sessionIds = [], isOpen = false } = state[pullRequestId] ?? {}
      const all = sessionIds.includes(sessionId) ? sessionIds : [...sessionIds, sessionId]
      const known = { into: type === 'PullRequestRequested' ? data.into : (into ?? ''), sessionIds: all, isOpen }
      return { ...state, [pullRequestId]: known }
    }
    const known = state[data.pullRequestId]
    if (type === 'PullRequestOpened') {
      return known ? { ...state, [data.pullRequestId]: { ...known, isOpen: true } } : state
    }
    // A refusal to renew one leaves it open.
    const isOver =
      type === 'PullRequestMerged' || type === 'PullRequestClosed' || (type === 'PullRequestRefused' && !known?.isOpen)
    if (!isOver) return state
    const { [data.pullRequestId]: _, ...others } = state
    return others
  },
  react(state, { type, data }): ReactionCommand[] {
    if (type === 'PullRequestRequested' || type === 'PullRequestRefused' || type === 'PullRequestContinued') return []
    const { pullRequestId, number, url } = data
    const of = { pullRequestId, number, url }
    switch (type) {
      case 'PullRequestOpened':
      case 'PullRequestUpdated': {
        const { into = '', sessionIds = [data.sessionId] } = state[pullRequestId] ?? {}
        const { headCommit } = data
        return sessionIds.map((id) => told(id, { type: 'NoteProposed', ...of, into, headCommit }))
      }
      case 'PullRequestChecked': {
        const { headCommit, checks } = data
        const { sessionIds = [data.sessionId] } = state[pullRequestId] ?? {}
        return sessionIds.map((id) => told(id, { type: 'NoteProposalChecked', ...of, headCommit, checks }))
      }
      case 'PullRequestFeedbackReceived': {
        const { feedback, to, times } = data
        return [told(data.sessionId, { type: 'NoteProposalReturned', ...of, message: summaryOf(feedback), to, times })]
      }
      case 'PullRequestReturned': {
        const { message } = data
        return [told(data.sessionId, { type: 'NoteProposalReturned', ...of, message, to: 'person', times: 0 })]
      }
      case 'PullRequestMerged':
      case 'PullRequestClosed': {
        const outcome = type === 'PullRequestMerged' ? 'merged' : 'closed'
        const { into, commit } = data
        return data.sessionIds.map((id) => told(id, { type: 'NoteProposalEnded', ...of, outcome, into, commit }))
      }
    }
  },
})

type Note = Extract<ReactionCommand, { to: 'agentSession' }>['command']

const told = (id: string, command: Note): ReactionCommand => ({ to: 'agentSession', id, command, key: id })

/** In a line, for people. */
function summaryOf(feedback: readonly Feedback[]): string {
  const [first] = feedback
  if (!first) return ''
  const said = first.kind === 'checks' ? `checks have failed: ${first.text}` : `${first.author}: ${first.text}`
  const more = feedback.length > 1 ? ` (and ${feedback.length - 1} more)` : ''
  return `${said.replaceAll(/\s+/g, ' ').slice(0, 300)}${more}`
}
