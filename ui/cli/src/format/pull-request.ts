import type { SessionView } from '@mosaic/contracts/agent-session'
import { checksWords } from '@mosaic/client'

type PullRequest = NonNullable<SessionView['pullRequest']>

/** Where it is, how it stands, what its checks say, and what others have said of it. */
export function pullRequestText({ number, url, into, state, headCommit, checks, returned }: PullRequest): string {
  const lines = [`#${number} into ${into}, ${state} at ${headCommit.slice(0, 12)}, ${url}`]
  if (checks) lines.push(`checks: ${checksWords(checks)}`)
  if (returned) {
    const who = returned.to === 'agent' ? `its agent was told (${returned.times})` : 'a person has to look'
    lines.push(`${who}: ${returned.message}`)
  }
  return lines.join('\n')
}
