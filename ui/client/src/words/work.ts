import { hasEnded, type KeptWork, type LeftWork, type Push, type SessionView } from '@mosaic/contracts/agent-session'

/** Where commits of this branch are at the origin, or that they are not there and why. */
export const pushWords = (push: Push, branch: string | null): string => {
  if (push.state === 'failed') return `not pushed: ${push.message}`
  return push.as === branch ? 'pushed' : `pushed as ${push.as}`
}

export const keptWords = ({ files, insertions, deletions }: KeptWork): string =>
  `${files} ${files === 1 ? 'file' : 'files'} +${insertions} −${deletions} not committed, kept`

/** It is offered until somebody has decided, or another session goes on with it. */
export const isOffered = ({ uncommitted, isPruned, successorSessionId, status }: Offered): boolean =>
  hasEnded(status) && uncommitted !== null && !isPruned && successorSessionId === null

type Offered = Pick<SessionView, 'uncommitted' | 'isPruned' | 'successorSessionId' | 'status'>

/** What a person types in a clone to have the kept changes in front of them. */
export function getBack({ repository }: Pick<SessionView, 'repository'>, { ref, mirror, push }: KeptWork): string {
  const from = push.state === 'pushed' ? (repository ?? 'origin') : mirror
  return `git fetch ${quoted(from)} ${ref} && git cherry-pick --no-commit FETCH_HEAD`
}

const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

/** An ended session's worktree is removed, but where it holds what is nowhere else. */
export const standingWorktree = ({ worktree, status, leftWork }: Place): string | null =>
  hasEnded(status) && leftWork === null ? null : worktree

type Place = Pick<SessionView, 'worktree' | 'status' | 'leftWork'>

/** What can be done about work that is in a worktree alone. */
export const leftWayOut = ({ sessionId }: Pick<SessionView, 'sessionId'>, { code }: LeftWork): string =>
  code === 'NO_PART_OF_REPOSITORY'
    ? `take it out by hand, or give it up: mosaic work prune ${sessionId} --unmerged`
    : `to keep it: mosaic work push ${sessionId}`
