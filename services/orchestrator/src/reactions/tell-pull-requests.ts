import type { Feedback } from '@mosaic/contracts/pull-request'
import { defineReaction, type ReactionCommand } from './reaction.ts'

/** Where pull requests are to go, by pull request: only their first fact says so. */
type State = Readonly<Record<string, string>>

/** The sessions that work on a pull request hear what has become of it. */
export const tellPullRequests = defineReaction({
  name: 'tell-pull-requests',
  version: 1,
  handles: [
    'PullRequestRequested',
    'PullRequestOpened',
    'PullRequestUpdated',
    'PullRequestFeedbackReceived',
    'PullRequestReturned',
    'PullRequestMerged',
    'PullRequestClosed',
  ],
  initial: {} as State,
  evolve(state, { type, data }): State {
    if (type === 'PullRequestRequested') return { ...state, [data.pullRequestId]: data.into }
    if (type !== 'PullRequestMerged' && type !== 'PullRequestClosed') return state
    const { [data.pullRequestId]: _, ...others } = state
    return others
  },
  react(state, { type, data }): ReactionCommand[] {
    if (type === 'PullRequestRequested') return []
    const { pullRequestId, number, url } = data
    const of = { pullRequestId, number, url }
    switch (type) {
      case 'PullRequestOpened':
      case 'PullRequestUpdated': {
        const into = state[pullRequestId] ?? ''
        return [told(data.sessionId, { type: 'NoteProposed', ...of, into, headCommit: data.headCommit })]
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
