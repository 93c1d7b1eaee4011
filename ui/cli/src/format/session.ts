import {
  hasEnded,
  type SandboxKind,
  type SessionStatus,
  type SessionTree,
  type SessionView,
} from '@mosaic/contracts/agent-session'
import {
  agentWord,
  cannotBeRead,
  getBack,
  gateWords,
  guaranteesText,
  isKillUnconfirmed,
  isOffered,
  keptWords,
  killUnconfirmed,
  killWayOut,
  leftWayOut,
  pushWords,
  wordsOf,
} from '@mosaic/client'
import pc from 'picocolors'
import { modelWaitName, modelWaitText } from './model-wait.ts'
import { pullRequestText } from './pull-request.ts'
import { duration, harmless, oneLine, shortIds, usageText } from './text.ts'
import { table } from './table.ts'
import { termsRows } from './terms.ts'

/** Status by shape and word, never by colour alone. */
const statusMarks: Record<SessionStatus, string> = {
  spawning: pc.cyan('◌ spawning'),
  running: pc.green('● running'),
  waiting: pc.yellow('? needs input'),
  paused: pc.blue('‖ paused'),
  completed: pc.dim('✓ completed'),
  failed: pc.red('✕ failed'),
  killed: pc.red('■ killed'),
}

const terminatedMark = pc.dim('□ terminated')

/** Who was had come to an end has not completed what it was asked for. */
export const statusMark = ({ status, outcome }: Pick<SessionView, 'status' | 'outcome'>): string =>
  outcome === 'terminated' ? terminatedMark : statusMarks[status]

/** Which in line sessions are that wait for their turn, where it is known, or that no worker is there that could run them. */
export type Line = ReadonlyMap<string, number | Lacking>
type Lacking = { readonly lacks: readonly string[] }

export const lackingText = ({ lacks }: Lacking): string => `no worker is there that has ${harmless(lacks.join(', '))}`

function queuedMark(place: number | Lacking | undefined, most: number): string {
  if (typeof place === 'object') return pc.cyan('◌ queued') + pc.yellow(` (${lackingText(place)})`)
  return pc.cyan(`◌ queued${place === undefined ? '' : `, ${place} in line`}`) + pc.dim(` (${most} agents at a time)`)
}

function statusText(session: SessionView, now: Date, line: Line): string {
  const { status, pending, sandbox, unreadable, killProof, queued, setup, attention } = session
  const reported = status === 'killed' && killProof === 'reported' && pc.yellow('(as reported)')
  const isUnconfirmed = isKillUnconfirmed(session, now.getTime())
  const unconfirmed = isUnconfirmed && pc.red(`■ ${killUnconfirmed}`)
  const asked = pending && !isUnconfirmed && pc.dim(`(${pending} asked for)`)
  const wait = status === 'running' && modelWaitText(session, now)
  const stuck = attention && pc.yellow(`(needs attention: ${oneLine(attention.message, 60)})`)
  const step = setup && pc.dim(`(setting up: ${oneLine(setup.step, 24)})`)
  const open = sandbox?.kind === 'process' && pc.red('no sandbox')
  const hole = unreadable && pc.red(cannotBeRead(unreadable))
  const work = workMarks(session).map((words) => pc.yellow(`(${words})`))
  const mark = queued ? queuedMark(line.get(session.sessionId), queued.most) : statusMark(session)
  return [unconfirmed || mark, reported, asked, stuck, step, wait && pc.yellow(`(${wait})`), ...work, open, hole]
    .filter(Boolean)
    .join(' ')
}

/** Where its work is not where one looks for it. */
const workMarks = ({ push, uncommitted, leftWork, isPruned }: SessionView): string[] => [
  ...(push?.state === 'failed' ? ['not pushed'] : []),
  ...(uncommitted && !isPruned ? ['changes kept'] : []),
  ...(leftWork ? ['changes left in its worktree'] : []),
]

function uncommittedText(session: SessionView): string {
  const { uncommitted, leftWork, worktree, isPruned } = session
  const lines = leftWork ? [`left in ${worktree}, since it could not be kept: ${leftWork.message}`] : []
  if (leftWork) lines.push(leftWayOut(session, leftWork))
  if (uncommitted && isPruned) lines.push(`${keptWords(uncommitted)}, and taken away since`)
  else if (uncommitted) {
    const { ref, push } = uncommitted
    lines.push(`${keptWords(uncommitted)} as ${ref}, ${pushWords(push, ref)}`)
    if (isOffered(session)) {
      const { sessionId } = session
      lines.push(
        `to keep it on the branch: mosaic work keep ${sessionId}; to give it up: mosaic work discard ${sessionId}`,
      )
    }
    lines.push(`to get it: ${getBack(session, uncommitted)}`)
  }
  return lines.join('\n')
}

function checkpointText({ checkpoint, checkpointFailure, status }: SessionView): string {
  if (hasEnded(status)) return ''
  const kept = checkpoint && `${checkpoint.files} files as they were at ${checkpoint.at}, as ${checkpoint.ref}`
  const failing = checkpointFailure && `not kept as they are now: ${checkpointFailure.message}`
  return [kept, failing].filter(Boolean).join('\n')
}

function gatesText({ quality, check }: SessionView): string | null {
  if (!quality) return null
  const profile = quality.yolo ? pc.red(`${quality.profile}, skipped: nothing is looked at`) : quality.profile
  if (!check) return profile
  const { approved, blocked, commit, stage, gates } = check
  const outcome = blocked ? `blocked: ${blocked}` : approved ? 'approved' : approved === null ? 'looking' : 'rejected'
  const said = gates.length > 0 ? `: ${gateWords(gates)}` : ''
  return `${profile}; ${stage} of ${commit.slice(0, 12)} ${harmless(outcome)}${said}`
}

const sandboxTexts: Record<SandboxKind, string> = {
  docker: 'docker',
  bubblewrap: `bubblewrap ${pc.yellow('(weaker than docker)')}`,
  process: pc.red('no sandbox: plain processes with the rights of whoever started Mosaic'),
}

const elapsed = ({ requestedAt, endedAt }: SessionView, now: Date): string =>
  duration((endedAt === null ? now.getTime() : Date.parse(endedAt)) - Date.parse(requestedAt))

export function sessionTable(sessions: readonly SessionView[], now: Date, line: Line = new Map()): string {
  const short = shortIds(sessions.map(({ sessionId }) => sessionId))
  return table(
    ['id', 'status', 'type', 'name', 'agent', 'model', 'turns', 'elapsed', 'task'],
    sessions.map((session) => [
      short.get(session.sessionId)!,
      statusText(session, now, line),
      session.agentType,
      oneLine(session.name, 24),
      oneLine(agentWord(session), 16),
      oneLine(session.model ?? '', 28),
      session.turns,
      elapsed(session, now),
      oneLine(session.task, 50),
    ]),
  )
}

/** `mission`: as it is shown; nothing where it belongs to none that somebody began. */
export function sessionDetails(
  session: SessionView,
  now: Date,
  { line = new Map(), mission = session.missionId }: { line?: Line; mission?: string | null } = {},
): string {
  const { pause, bargeIn, kill } = wordsOf(session.capabilities)
  const { sandbox, waiting, failure, killReceipt, unreadable } = session
  const rows: [string, string | null | undefined | false][] = [
    ['id', session.sessionId],
    ['name', harmless(session.name)],
    ['status', statusText(session, now, line)],
    ['what to do', isKillUnconfirmed(session, now.getTime()) && pc.red(killWayOut(session))],
    [
      'attention',
      session.attention &&
        harmless(`${session.attention.reason} since ${session.attention.since}: ${session.attention.message}`),
    ],
    ['pull request', session.pullRequest && harmless(pullRequestText(session.pullRequest))],
    ['not landed', session.notLanded && harmless(notLandedText(session.notLanded))],
    ['queued', session.queued && `since ${session.queued.since}`],
    [modelWaitName(session), session.modelWait && harmless(session.modelWait.message)],
    [
      'question',
      waiting && harmless([waiting.question, ...waiting.options.map((option) => `  · ${option}`)].join('\n')),
    ],
    [
      'unreadable',
      unreadable && harmless(`${cannotBeRead(unreadable)} (position ${unreadable.position}): ${unreadable.reason}`),
    ],
    ['failure', failure && harmless(`${failure.code}: ${failure.message}`)],
    ['summary', session.summary && harmless(session.summary)],
    ['type', session.agentType],
    ['model', session.model && `${session.model} (${session.modelProvider})`],
    ['task', harmless(session.task)],
    ['their task', session.externalKey && harmless(session.externalKey)],
    ...termsRows(session),
    ['mission', mission],
    ['parent', session.parentSessionId],
    [session.predecessor?.how === 'retried' ? 'retry of' : 'continues', session.predecessor?.sessionId],
    ['goes on in', session.successorSessionId],
    ['repository', session.repository && `${session.repository} (${session.baseBranch})`],
    ['branch', session.branch],
    [
      'commits',
      session.headCommit ? `${session.commits}, newest ${session.headCommit.slice(0, 12)}` : String(session.commits),
    ],
    ['gates', gatesText(session)],
    ['push', session.push && harmless(pushWords(session.push, session.branch))],
    ['checkpoint', harmless(checkpointText(session))],
    ['uncommitted', harmless(uncommittedText(session))],
    ['sandbox', sandbox && sandboxTexts[sandbox.kind]],
    ['', sandbox?.guarantees && guaranteesText(sandbox.guarantees)],
    ['agent', `${agentWord(session)} (runtime ${session.runtime})`],
    ['provider', session.provider && harmless(`${session.provider.name}: ${session.provider.sessionKey}`)],
    ['if paused', !hasEnded(session.status) && pause],
    ['barge-in', !hasEnded(session.status) && bargeIn],
    [
      session.status === 'killed' ? 'kill' : 'if killed',
      (!hasEnded(session.status) || session.status === 'killed') && kill,
    ],
    ['turns', `${session.turns} (${session.messages} messages, ${session.toolCalls} tool calls)`],
    ['tokens', usageText(session.usage)],
    ['started', session.startedAt],
    ['elapsed', elapsed(session, now)],
    ['receipt', killReceipt.map(({ step, at }) => `${at}  ${step}`).join('\n')],
  ]
  return rows
    .filter((row): row is [string, string] => Boolean(row[1]))
    .map(([name, text]) => `${pc.dim(name.padEnd(12))}${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`)
    .join('\n')
}

export function sessionTreeText(roots: readonly SessionTree[], now: Date, places: Line = new Map()): string {
  const all = (nodes: readonly SessionTree[]): string[] =>
    nodes.flatMap((node) => [node.sessionId, ...all(node.children)])
  const short = shortIds(all(roots))
  const draw = (nodes: readonly SessionTree[], indent: string): string[] =>
    nodes.flatMap((node, at) => {
      const isLast = at === nodes.length - 1
      const branch = indent === '' ? '' : `${indent.slice(0, -3)}${isLast ? '└─ ' : '├─ '}`
      const below = `${indent === '' ? '' : `${indent.slice(0, -3)}${isLast ? '   ' : '│  '}`}   `
      const line = [statusText(node, now, places), pc.bold(oneLine(node.name, 30)), node.agentType, elapsed(node, now)]
      return [
        `${branch}${line.join('  ')}  ${pc.dim(short.get(node.sessionId)!)}  ${oneLine(node.task, 50)}`,
        ...draw(node.children, below),
      ]
    })
  return draw(roots, '').join('\n')
}

/** The first line says enough: all of it stands in the conversation. */
function notLandedText({ into, message, to, times }: NonNullable<SessionView['notLanded']>): string {
  const who = to === 'agent' ? `its agent was asked again (${times})` : 'it is yours to decide'
  return `on ${into}, ${who}: ${message.split('\n')[0]}`
}
