import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { isOffered } from '@mosaic/client'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { statusMark } from '../../format/session.ts'
import { table } from '../../format/table.ts'
import { harmless, oneLine, shortIds } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { sessionsWithWork } from './sessions-with-work.ts'

type ListOptions = { repo?: string; unmerged?: boolean; limit: number }

export const registerList: Register = (work) => {
  work
    .command('list')
    .description('branches that agents have committed on, and what they left uncommitted, newest first')
    .option('--repo <path-or-url>', 'of this repository alone')
    .option('--unmerged', 'only what Mosaic was not told to be merged')
    .option('--limit <n>', 'sessions at most', wholeFrom(1), 50)
    .action(
      gatewayAction(async ({ client, json }, { repo, unmerged, limit }: ListOptions) => {
        const isWanted = (session: SessionView) => !unmerged || session.merged === null
        const found = await sessionsWithWork(client, { repository: repo, isWanted, most: limit })
        if (json) return printJson({ items: found.map(workOf) })
        print(found.length > 0 ? workTable(found) : 'There is no work of agents.')
      }),
    )
}

const workOf = (session: SessionView) => {
  const { sessionId, name, status, task, repository, branch, baseBranch, commits, headCommit } = session
  const { outcome, push, uncommitted, leftWork, worktree, merged, pullRequest } = session
  return {
    sessionId,
    name,
    status,
    outcome,
    task,
    repository,
    branch,
    baseBranch,
    commits,
    headCommit,
    push,
    uncommitted,
    /** What could not be kept is in the worktree still. */
    left: leftWork && { worktree, ...leftWork },
    merged,
    pullRequest,
  }
}

function workTable(sessions: readonly SessionView[]): string {
  const short = shortIds(sessions.map(({ sessionId }) => sessionId))
  return table(
    ['id', 'status', 'branch', 'commits', 'pushed', 'not committed', 'pull request', 'merged', 'task'],
    sessions.map((session) => [
      short.get(session.sessionId)!,
      statusMark(session),
      harmless(branchOf(session)),
      session.commits,
      pushedText(session),
      uncommittedText(session),
      pullRequestText(session),
      session.merged ? `into ${harmless(session.merged.into)}` : '',
      oneLine(session.task, 40),
    ]),
  )
}

const uncommittedText = (session: SessionView): string => {
  const { uncommitted, leftWork, worktree } = session
  return [
    ...(uncommitted ? [`${uncommitted.files} files${isOffered(session) ? ': keep or discard' : ''}`] : []),
    ...(leftWork ? [pc.yellow(`left in ${harmless(worktree ?? '')}`)] : []),
  ].join(', ')
}

/** What has become of it, or who is to do something about it. */
function pullRequestText({ pullRequest }: SessionView): string {
  if (pullRequest === null) return ''
  const { number, state, checks, returned } = pullRequest
  if (state !== 'open') return `#${number} ${state}`
  if (returned === null) return `#${number} open${checks ? `, checks ${checks.state}` : ''}`
  return returned.to === 'agent' ? `#${number} with its agent` : pc.yellow(`#${number} needs you`)
}

const branchOf = ({ branch, push }: SessionView): string => (push?.state === 'pushed' ? push.as : (branch ?? ''))

function pushedText({ push, status }: SessionView): string {
  if (push === null) return ''
  if (push.state === 'pushed') return 'yes'
  return hasEnded(status) ? pc.red(`no: ${push.code}`) : pc.yellow(`not yet: ${push.code}`)
}
