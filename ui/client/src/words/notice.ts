import {
  type AgentSessionEventType,
  type ConnectionReason,
  isBudgetWait,
  type Push,
  type StuckPolicy,
} from '@mosaic/contracts/agent-session'
import type { ApprovalReason } from '@mosaic/contracts/approval'
import type { PullRequestChecks } from '@mosaic/contracts/pull-request'
import type { GateResult } from '@mosaic/contracts/quality'
import { ruleWords } from './approval.ts'
import { detailLine, gateWords } from './gates.ts'
import { checksWords } from './pull-request.ts'
import { pushWords } from './work.ts'

export type NoticeTone = 'plain' | 'failed' | 'waiting' | 'commit' | 'end'
/** `code` is an id or name set apart; `prose` is what an agent wrote. */
export type Notice = {
  readonly text: string
  readonly tone: NoticeTone
  readonly code?: string
  readonly prose?: string
}

type Data = Readonly<Record<string, unknown>>

/** What happens after nearly every step, or as it was meant to: for who asks about it, not for who reads along. */
export const isQuiet = (eventType: string, data: Data): boolean =>
  eventType === 'CheckpointRecorded' ||
  (eventType === 'AgentProgramStarted' && data['how'] === 'begun') ||
  (eventType === 'NetworkConnectionRecorded' && data['outcome'] === 'allowed')

const word = (data: Data, field: string) =>
  data[field] === null || data[field] === undefined ? '' : String(data[field])
const part = (data: Data, field: string): Data => (data[field] ?? {}) as Data
const named = (data: Data, field: string) => {
  const { modelProvider, model } = part(data, field)
  return modelProvider === 'scripted' ? String(model) : `${modelProvider}:${model}`
}
const because = (reason: string) => (reason ? `: ${reason}` : '')
const withTree = (data: Data) => (data['tree'] === true ? ', with all agents below it' : '')
const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`
/** Keys that make no letter, as terminals write them: ^M is Enter. */
const keys = (typed: string) =>
  typed.replaceAll(/\p{Cc}/gu, (key) => `^${String.fromCodePoint((key.codePointAt(0)! ^ 0x40) & 0x7f)}`)
const clock = (data: Data, field: string) => `${word(data, field).slice(11, 19)} UTC`
/** Nothing where it is at the origin under the name that it has here. */
function pushedTo(data: Data): string {
  const push = data['push'] as Push
  const isExpected = push.state === 'pushed' && [data['branch'], data['ref']].includes(push.as)
  return isExpected ? '' : ` · ${pushWords(push, null)}`
}
const stuckResponses: Readonly<Record<StuckPolicy, string>> = {
  flag: '',
  pause: '; it is paused',
  reconsider: '; its model is asked to think again',
}
const plain = (text: string): Notice => ({ text, tone: 'plain' })
const worktreeStays = (data: Data): Notice => ({
  text: `The worktree stays: what is not committed in it could not be kept: ${word(part(data, 'leftWork'), 'message')}`,
  tone: 'failed',
})

const tokens = (usage: Data) =>
  `${Number(usage['inputTokens']) + Number(usage['cacheReadTokens']) + Number(usage['cacheWriteTokens'])} tokens in, ${word(usage, 'outputTokens')} out`

/** One line of a call of an agent's own, as it went by. */
function relayedCall(data: Data): Notice {
  const seconds = `${(Number(data['durationMs']) / 1000).toFixed(1)} s`
  const { usage, outcome } = data
  if (outcome === 'answered') {
    const counted = usage ? tokens(usage as Data) : 'not counted'
    return plain(`Asked ${word(data, 'model')}: ${counted}, ${seconds}`)
  }
  const what: Readonly<Record<string, string>> = {
    refused: 'was refused',
    cut: 'was broken off',
    unreachable: 'reached nobody',
    unsent: 'was not made',
  }
  return {
    text: `A call to ${word(data, 'model')} ${what[String(outcome)] ?? outcome}${because(word(data, 'message'))}`,
    tone: outcome === 'unsent' ? 'plain' : 'failed',
  }
}

const reasons: Readonly<Record<ConnectionReason, string>> = {
  HOST_NOT_ALLOWED: 'not an allowed host',
  ADDRESS_NOT_PUBLIC: 'its address is not on the public internet',
  SERVER_NAME_MISMATCH: 'TLS asked for another host',
  REQUEST_INVALID: 'no request that a proxy knows',
  TOO_MANY_CONNECTIONS: 'too many connections at once',
  NAME_NOT_FOUND: 'no address of it can be found',
  UNREACHABLE: 'it does not answer',
}

/** Who went out, in sum; of who could not it says why, and how that is changed. */
function connectionNotice(data: Data): Notice {
  const host = word(data, 'host').replaceAll(/[^\w.:-]/g, '?')
  const port = word(data, 'port')
  const isUsual = port === '' || port === '443' || port === '80'
  const rule = `${host.includes(':') ? `[${host}]` : host}${isUsual ? '' : `:${port}`}`
  const place = host === '' ? 'other hosts' : rule
  const times = counted(Number(data['count']), 'connection', 'connections')
  if (data['outcome'] === 'allowed') {
    // Of those that were told already, and go on.
    const who = Number(data['count']) === 0 ? `open connections to ${place}` : `${times} to ${place}`
    return plain(`Network: ${who}, ${size(data, 'bytesReceived')} received, ${size(data, 'bytesSent')} sent`)
  }
  const reason = reasons[data['reason'] as ConnectionReason] ?? ''
  const way = host === '' ? '' : wayOut(data['reason'], rule)
  return plain(`Network: ${times} to ${place} ${word(data, 'outcome')}: ${reason}${way}`)
}

function wayOut(reason: unknown, rule: string): string {
  if (reason === 'HOST_NOT_ALLOWED') return `; “${rule}” under network hosts in mosaic.yaml allows it`
  // The address is in no fact: programs may be told where inner hosts are, the log need not hold it.
  return reason === 'ADDRESS_NOT_PUBLIC' ? '; it is reached once its address is named as well, beside its name' : ''
}

function size(data: Data, field: string): string {
  const bytes = Number(data[field])
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** Whose rule it was. */
function rulePart(data: Data): string {
  const reason = data['because'] as ApprovalReason
  return reason.policy === 'session' ? `, as it was ${ruleWords(reason)}` : ` (${ruleWords(reason)})`
}

function checkDone(data: Data): Notice {
  const code = word(data, 'commit').slice(0, 8)
  const blocked = word(data, 'blocked')
  if (blocked !== '')
    return { text: `Quality gates could not decide, so nothing passes: ${blocked}`, tone: 'failed', code }
  const gates = data['gates'] as readonly GateResult[]
  const text = `Quality gates ${data['approved'] === true ? 'approved' : 'rejected'}: ${gateWords(gates)}`
  const prose = gates.filter(({ passed }) => !passed).flatMap(({ details }) => details.map(detailLine))
  return {
    text,
    tone: data['approved'] === true ? 'plain' : 'failed',
    code,
    ...(prose.length > 0 && { prose: prose.join('\n') }),
  }
}

const notLanded = (data: Data, why: string): Notice => ({
  text: `Not landed on ${word(data, 'into')}: ${data['to'] === 'agent' ? `its agent is asked again (${word(data, 'times')})` : 'a person has to look'}`,
  tone: data['to'] === 'agent' ? 'waiting' : 'failed',
  prose: why,
})

/** The facts that begin a message or a tool call are no notices. */
type NoticeType = Exclude<AgentSessionEventType, 'MessageRecorded' | 'ToolInvoked' | 'OperatorMessageInjected'>

// Total: an event without words does not compile.
const sentences: Readonly<Record<NoticeType, (data: Data, who: string) => Notice>> = {
  // Of these two only what the log does not hold the beginning of.
  ToolCompleted: (data) => plain(`${word(data, 'name')} ended`),
  OperatorMessageDelivered: () => plain('An operator’s message was delivered'),
  AgentSpawnRequested: (data, who) => {
    const branch = word(part(data, 'workplace'), 'baseBranch')
    const before = part(data, 'predecessor')
    if (before['how'] === 'continued') {
      return { text: `Continued by ${who} from another session`, tone: 'plain', code: word(before, 'sessionId') }
    }
    return plain(
      `${before['how'] === 'retried' ? 'Begun anew' : 'Spawn requested'} by ${who}${branch && ` on ${branch}`}`,
    )
  },
  AgentAdopted: (data) => {
    const provider = part(data, 'provider')
    return { text: `It was at ${word(provider, 'name')} already`, tone: 'plain', code: word(provider, 'sessionKey') }
  },
  AgentQueued: (data) =>
    plain(`Waits for its turn: ${word(data, 'live')} agents are live, of ${word(data, 'most')} at a time`),
  SessionClaimed: (data) =>
    plain(
      Number(data['epoch']) > 1
        ? 'Taken up anew by an orchestrator, after a restart or from another'
        : 'Taken up by an orchestrator',
    ),
  AgentSpawned: (data) => {
    const place = part(data, 'place')
    const sandbox = word(part(place, 'sandbox'), 'kind')
    const text = sandbox ? `Workspace ready in ${sandbox} sandbox` : `Runs at ${word(place, 'address')}`
    return { text, tone: 'plain', code: word(place, 'branch') }
  },
  SetupStepStarted: (data) => ({
    text: `Setting up: ${word(data, 'step')}`,
    tone: 'plain',
    code: word(data, 'command'),
  }),
  SetupStepCompleted: (data) => setupDone(data),
  AgentStarted: (data) => plain(data['resumed'] === true ? 'Picked up again after a restart' : 'Started'),
  ModelCallDeferred: (data) => ({
    text: `Waiting for ${isBudgetWait(word(data, 'reason')) ? 'a budget' : 'the model'} since ${clock(data, 'since')}, next try at ${clock(data, 'nextTryAt')}: ${word(data, 'message')}`,
    tone: 'waiting',
  }),
  ModelCallRetryRequested: (_, who) => plain(`Told by ${who} not to wait for the model any longer`),
  TerminalControlTaken: (data, who) => {
    const from = word(part(data, 'from'), 'operatorName')
    return plain(`${who} types in the terminal from now on${from && `, in place of ${from}`}`)
  },
  TerminalControlReleased: (_, who) => plain(`${who} has given up control of the terminal`),
  TerminalTyped: (data) => {
    const who = word(data, 'operatorName')
    return typeof data['text'] === 'string'
      ? { text: `Typed by ${who}`, tone: 'plain', code: keys(data['text']) }
      : plain(
          `${who} typed ${counted(Number(data['characters']), 'character', 'characters')} that the terminal did not show`,
        )
  },
  ModelCallResumed: () => plain('The model answers again'),
  ModelChanged: (data) => ({
    text: `${named(data, 'to')} is asked from now on instead of ${named(data, 'from')}: ${word(data, 'message')}`,
    tone: 'waiting',
  }),
  ModelAnswerUnheard: () => plain('The model was asked early, and nobody heard the answer: what it has cost counts'),
  AgentProgramStarted: (data) => {
    if (data['how'] === 'begun') return plain('Its program has started')
    if (data['how'] === 'loaded') return plain('Its program was started again, and has taken up its own conversation')
    return { text: `It begins anew, and is told what was said before${because(word(data, 'reason'))}`, tone: 'waiting' }
  },
  ModelTextsRecorded: () => plain('What the model was told is kept'),
  ModelCallRelayed: (data) => relayedCall(data),
  ContextCompacted: (data) => {
    const how = part(data, 'how')
    const turns = word(data, 'throughTurn')
    return how['kind'] === 'summarised'
      ? { text: `Turns 1 to ${turns} are summarised for the model`, tone: 'plain', prose: word(how, 'summary') }
      : plain(`Tool results up to turn ${turns} are left out for the model`)
  },
  CommitRecorded: (data) => ({
    text: `${word(data, 'message').split('\n')[0]} · ${counted(Number(data['files']), 'file', 'files')} +${word(data, 'insertions')} −${word(data, 'deletions')}${pushedTo(data)}`,
    tone: 'commit',
    code: word(data, 'commit').slice(0, 8),
  }),
  SecretAllowed: (data, who) => ({
    text: `Allowed by ${who} to commit what looks like a secret in ${word(data, 'file')}`,
    tone: 'plain',
    code: word(data, 'fingerprint'),
  }),
  QualityCheckRequested: (data) => ({
    text: `Quality gates (${word(data, 'profile')}, ${word(data, 'stage')}) are asked about this change`,
    tone: 'plain',
    code: word(data, 'commit').slice(0, 8),
  }),
  QualityCheckCompleted: checkDone,
  QualityGatesSkipped: (data) => ({
    text: `Quality gates skipped (${word(data, 'stage')}), as said for the ${word(data, 'by')}`,
    tone: 'failed',
    code: word(data, 'commit').slice(0, 8),
  }),
  ReviewSubmitted: (data) => ({
    text: `Review: ${word(data, 'verdict')}, confidence ${word(data, 'confidence')}`,
    tone: data['verdict'] === 'approve' ? 'plain' : 'failed',
    code: word(part(data, 'of'), 'commit').slice(0, 8),
    prose: word(data, 'summary'),
  }),
  BranchPushed: (data) => ({
    text: `Branch ${pushWords(data['push'] as Push, null)}`,
    tone: 'commit',
    code: word(data, 'commit').slice(0, 8),
  }),
  NetworkConnectionRecorded: connectionNotice,
  AgentWaitingForOperator: (data) => ({ text: `Asks: ${word(data, 'question')}`, tone: 'waiting' }),
  OperatorQuestionExpired: (data) => plain(`No answer in time; went on with “${word(data, 'answer')}”`),
  ApprovalRequested: (data) => ({
    text: `Asks to be allowed ${word(data, 'tool')}${rulePart(data)}`,
    tone: 'waiting',
    code: word(data, 'shown').split('\n')[0]!.slice(0, 200),
  }),
  ApprovalDecided: (data) => {
    const decided = data['decision'] === 'approved' ? 'Approved' : 'Denied'
    const span = data['scope'] === 'session' ? ' for this session' : ''
    const who = data['by'] === 'timeout' ? ', as nobody had answered in time' : ` by ${word(data, 'operatorName')}`
    return { text: `${decided}${span}${who}${because(word(data, 'note'))}`, tone: 'plain' }
  },
  ApprovalApplied: () => plain('Goes on by that decision'),
  ApprovalWithdrawn: (data) => plain(`Need not be decided any more: ${word(data, 'reason')}`),
  CallJudged: (data) => ({
    text: `${data['decision'] === 'approved' ? 'Allowed' : 'Refused'}: ${word(data, 'tool')}${rulePart(data)}`,
    tone: data['decision'] === 'approved' ? 'plain' : 'failed',
    code: word(data, 'shown').split('\n')[0]!.slice(0, 200),
  }),
  AllowedCallChanged: (data) => ({
    text: `${word(data, 'tool')} is another call now than was allowed; its turn is ended`,
    tone: 'failed',
    code: word(data, 'shown').split('\n')[0]!.slice(0, 200),
  }),
  AgentPauseRequested: (data, who) => plain(`Pause requested by ${who}${because(word(data, 'reason'))}`),
  AgentPaused: () => plain('Paused'),
  AgentResumeRequested: (_, who) => plain(`Resume requested by ${who}`),
  AgentResumed: () => plain('Resumed'),
  AgentTerminateRequested: (data, who) =>
    plain(`Asked by ${who} to finish${withTree(data)}${because(word(data, 'note'))}`),
  AgentKillRequested: (data, who) => ({
    text: `Kill requested by ${who}${withTree(data)}${because(word(data, 'reason'))}`,
    tone: 'failed',
  }),
  AgentKillSignalled: (data) => {
    const sent = part(data, 'sent')
    return plain(
      sent['kind'] === 'request'
        ? `Kill requested of ${word(sent, 'address')}`
        : `SIGKILL sent to ${counted(Number(sent['processes']), 'process', 'processes')}`,
    )
  },
  AgentKillExitObserved: () => plain('Exit observed'),
  AgentDescendantsCleared: () => plain('No descendant process left'),
  AgentKilled: (data) => {
    const how = data['proof'] === 'reported' ? 'Reported as killed after' : 'Killed in'
    return { text: `${how} ${Math.round(Number(data['latencyMs']))} ms`, tone: 'failed' }
  },
  AgentCompleted: (data) => ({
    text: data['outcome'] === 'terminated' ? 'Terminated' : 'Completed',
    tone: 'end',
    prose: word(data, 'summary'),
  }),
  AgentFailed: (data) => ({ text: `Failed: ${word(data, 'message')}`, tone: 'failed', code: word(data, 'code') }),
  AgentFoundStuck: (data) => ({
    text: `Needs attention: ${word(data, 'message')}${stuckResponses[data['response'] as StuckPolicy] ?? ''}`,
    tone: 'waiting',
  }),
  AgentGotOn: () => plain('Gets on again'),
  AgentContactLost: (data) => ({
    text: `Out of reach: ${word(data, 'message')}`,
    tone: 'waiting',
  }),
  AgentContactRestored: () => plain('Within reach again'),
  CheckpointRecorded: (data) => ({
    ...plain(`${counted(Number(data['files']), 'changed file', 'changed files')} kept as a checkpoint`),
    code: word(data, 'commit').slice(0, 8),
  }),
  CheckpointsRemoved: (data) =>
    plain(`${counted(Number(data['count']), 'old checkpoint', 'old checkpoints')} taken away`),
  CheckpointFailed: (data) => ({
    text: `Its files cannot be kept as they are: ${word(data, 'message')}`,
    tone: 'failed',
    code: word(data, 'code'),
  }),
  UncommittedWorkKept: (data) => ({
    text: `${counted(Number(data['files']), 'file', 'files')} +${word(data, 'insertions')} −${word(data, 'deletions')} not committed, kept${pushedTo(data)}`,
    tone: 'commit',
    code: word(data, 'ref'),
  }),
  KeptWorkCommitted: (_, who) => plain(`What was not committed is committed on the branch by ${who}`),
  KeptWorkDiscarded: (_, who) => plain(`What was not committed is given up by ${who}`),
  AgentResourcesReleased: (data) => (data['leftWork'] ? worktreeStays(data) : plain('Sandbox and worktree released')),
  WorktreeRevisited: (data) =>
    data['leftWork'] ? worktreeStays(data) : plain('Nothing is left in the worktree alone: it is removed'),
  WorkLanded: (data) => ({
    text: `Landed on ${word(data, 'into')}`,
    tone: 'commit',
    code: word(data, 'commit').slice(0, 8),
  }),
  LandingConflicted: (data) => notLanded(data, `it conflicts in ${(data['files'] as readonly string[]).join(', ')}`),
  LandingRejected: (data) => notLanded(data, word(data, 'message')),
  WorkProposed: (data) => ({
    text: `Proposed in pull request #${word(data, 'number')}, ${word(data, 'url')}`,
    tone: 'commit',
    code: word(data, 'headCommit').slice(0, 8),
  }),
  ProposalChecked: (data) => ({
    text: `Checks of pull request #${word(data, 'number')}: ${checksWords(data['checks'] as PullRequestChecks)}`,
    tone: (data['checks'] as PullRequestChecks).state === 'failed' ? 'failed' : 'plain',
    code: word(data, 'headCommit').slice(0, 8),
  }),
  ProposalReturned: (data) => ({
    text: `Said of pull request #${word(data, 'number')}, ${data['to'] === 'agent' ? 'and told to its agent' : 'for a person to look at'}`,
    tone: data['to'] === 'agent' ? 'plain' : 'failed',
    prose: word(data, 'message'),
  }),
  ProposalEnded: (data) => ({
    text: `Pull request #${word(data, 'number')} is ${word(data, 'outcome')}`,
    tone: 'commit',
    code: word(data, 'commit').slice(0, 8),
  }),
  WorkMerged: (data, who) => ({
    text: `${data['changed'] === true ? 'Merged' : 'Found merged'} into ${word(data, 'into')} by ${who}`,
    tone: 'commit',
    code: word(data, 'commit').slice(0, 8),
  }),
  WorkPruned: (_, who) => plain(`Branch and kept work taken away by ${who}`),
  AgentContinued: (data, who) => ({
    text: `Continued by ${who} in another session`,
    tone: 'plain',
    code: word(data, 'successorSessionId'),
  }),
}

function setupDone(data: Data): Notice {
  const step = word(data, 'step')
  if (data['cached'] === true) return plain(`Set up: ${step}, as for an earlier agent`)
  const seconds = (Number(data['durationMs']) / 1000).toFixed(1)
  if (data['exitCode'] === 0) return plain(`Set up: ${step}, in ${seconds} s`)
  const how = data['exitCode'] === null ? 'was ended' : `ended with ${word(data, 'exitCode')}`
  return { text: `Setup failed: ${step} ${how} after ${seconds} s`, tone: 'failed', prose: word(data, 'output') }
}

/** An event that is neither message nor tool call, as a line of the conversation. */
export function noticeOf(eventType: string, data: Data, actorName: string | null): Notice {
  const sentence = Object.hasOwn(sentences, eventType) ? sentences[eventType as NoticeType] : undefined
  return sentence?.(data, actorName ?? 'the system') ?? plain(eventType)
}
