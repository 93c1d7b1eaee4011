import type { KeptWork, Push, SessionView } from '@mosaic/contracts/agent-session'

/** Where commits of this branch are at the origin, or that they are not there and why. */
export const pushWords = (push: Push, branch: string | null): string => {
  if (push.state === 'failed') return `not pushed: ${push.message}`
  return push.as === branch ? 'pushed' : `pushed as ${push.as}`
}

export const keptWords = ({ files, insertions, deletions }: KeptWork): string =>
  `${files} ${files === 1 ? 'file' : 'files'} +${insertions} −${deletions} not committed, kept`

/** What a person types in a clone to have the kept changes in front of them. */
export function getBack({ repository }: Pick<SessionView, 'repository'>, { ref, mirror, push }: KeptWork): string {
  const from = push.state === 'pushed' ? (repository ?? 'origin') : mirror
  return `git fetch ${quoted(from)} ${ref} && git cherry-pick --no-commit FETCH_HEAD`
}

const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
