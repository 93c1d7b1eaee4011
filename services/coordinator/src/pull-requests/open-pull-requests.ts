import { defineFold } from '@mosaic/reactions'

/** The workspaces of the pull requests that are watched, by pull request. */
export type OpenPullRequests = Readonly<Record<string, string>>

export const openPullRequests = defineFold({
  name: 'pull-requests',
  version: 1,
  handles: ['PullRequestOpened', 'PullRequestMerged', 'PullRequestClosed'],
  initial: {} as OpenPullRequests,
  evolve(open, event): OpenPullRequests {
    const { pullRequestId } = event.data
    if (event.type === 'PullRequestOpened') return { ...open, [pullRequestId]: event.metadata.workspaceId }
    const { [pullRequestId]: _, ...others } = open
    return others
  },
})
