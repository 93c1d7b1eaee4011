import {
  type AgentSessionEvent,
  type AgentSessionRejection,
  capabilitiesOf,
  type Push,
} from '@mosaic/contracts/agent-session'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { ClaimSession, Command, CommandOf, CommandType, WorkReport } from './commands.ts'
import { type AgentSession, type EndedSession, isLive, type LiveSession } from './state.ts'

export type Decision = Result<readonly AgentSessionEvent[], Rejection<AgentSessionRejection>>

const nothing: Decision = ok([])
const only = (...events: AgentSessionEvent[]): Decision => ok(events)
const refuse = (code: AgentSessionRejection, message: string): Decision => err({ code, message })
const beingKilled = () => refuse('SESSION_BEING_KILLED', 'the session is being killed')

/** What runs the session grants no such control. */
const notSupported = ({ spec }: LiveSession, what: string) =>
  refuse('CONTROL_NOT_SUPPORTED', `a session of the runtime ${spec.runtime.kind} ${what}`)
const cannotPause = ({ spec }: LiveSession) => capabilitiesOf(spec.runtime).pause === 'none'

const outOfOrder = (message: string) => refuse('SESSION_STEP_OUT_OF_ORDER', message)

/** The fact that a command reports: all that it carries. */
function factOf<Reported extends { readonly type: CommandType; readonly epoch?: number }>(
  report: Reported,
  { spec }: Pick<LiveSession, 'spec'>,
) {
  const { type: _, epoch: __, ...data } = report
  return { sessionId: spec.sessionId, ...data }
}

type Deciders = { [Type in CommandType]: (command: CommandOf<Type>, live: LiveSession) => Decision }

/** One function per command, for a session that has not ended. */
const deciders: Deciders = {
  SpawnAgent: () => refuse('SESSION_ALREADY_EXISTS', 'the session exists already'),

  InjectMessage: ({ messageId, text, operatorName, pauseBeforeSend }, live) => {
    if (live.kill) return beingKilled()
    if (capabilitiesOf(live.spec.runtime).bargeIn === 'none') return notSupported(live, 'takes no messages')
    if (pauseBeforeSend && cannotPause(live)) return notSupported(live, 'cannot be paused')
    const { sessionId } = live.spec
    const questionId = openQuestion(live)
    const injected = { sessionId, messageId, text, operatorName, questionId }
    const pausing = live.status === 'paused' ? live.control !== 'resume' : live.control === 'pause'
    return pauseBeforeSend && !pausing
      ? only(
          { type: 'OperatorMessageInjected', data: injected },
          { type: 'AgentPauseRequested', data: { sessionId, reason: 'before sending a message' } },
        )
      : only({ type: 'OperatorMessageInjected', data: injected })
  },
  PauseAgent: ({ reason }, live) => {
    if (live.kill) return beingKilled()
    if (cannotPause(live)) return notSupported(live, 'cannot be paused')
    if (live.control === 'pause' || (live.status === 'paused' && live.control !== 'resume')) {
      return refuse('SESSION_ALREADY_PAUSED', 'the session is paused already, or about to be')
    }
    return only({ type: 'AgentPauseRequested', data: { sessionId: live.spec.sessionId, reason } })
  },
  ResumeAgent: (_, live) => {
    if (live.kill) return beingKilled()
    if (live.control === 'resume') return nothing
    if (live.status !== 'paused' && live.control !== 'pause') {
      return refuse('SESSION_NOT_PAUSED', 'the session is not paused')
    }
    return only({ type: 'AgentResumeRequested', data: { sessionId: live.spec.sessionId } })
  },
  RetryModelCall: (_, live) => {
    if (live.kill) return beingKilled()
    if (!live.modelWait) return refuse('MODEL_NOT_AWAITED', 'the session does not wait for its model')
    if (live.modelWait.retryNow) return nothing
    return only({ type: 'ModelCallRetryRequested', data: { sessionId: live.spec.sessionId } })
  },
  ContinueAgent: (_, { status }) =>
    refuse('SESSION_NOT_OVER', `the session is ${status}: say it with a message, it need not be continued`),
  NoteMerged: (command, live) => only({ type: 'WorkMerged', data: factOf(command, live) }),
  NotePruned: (_, { status }) => refuse('SESSION_NOT_OVER', `the session is ${status}: it works on this`),
  // Asked for again, it is told again only where more is meant than the first time: those below as well.
  TerminateAgent: ({ note, tree }, live) => {
    if (live.kill) return beingKilled()
    if (live.terminate && (live.terminate.tree || !tree)) return nothing
    return only({ type: 'AgentTerminateRequested', data: { sessionId: live.spec.sessionId, note, tree } })
  },
  KillAgent: ({ reason, killAllId, tree }, live) => {
    if (live.kill && (live.kill.tree || !tree)) return nothing
    return only({ type: 'AgentKillRequested', data: { sessionId: live.spec.sessionId, reason, killAllId, tree } })
  },

  ClaimSession: claim,

  RecordSpawned: (command, live) =>
    live.owner === 'begins'
      ? only({ type: 'AgentSpawned', data: factOf(command, live) })
      : outOfOrder('the session has its place already'),
  RecordStarted: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.owner !== 'has-place') return outOfOrder('a session starts once, after it has its place')
    return only({ type: 'AgentStarted', data: factOf(command, live) })
  },
  StartSetupStep: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.owner !== 'begins') return outOfOrder('a session is set up before it has its place')
    return only({ type: 'SetupStepStarted', data: factOf(command, live) })
  },
  CompleteSetupStep: (command, live) =>
    live.owner === 'begins'
      ? only({ type: 'SetupStepCompleted', data: factOf(command, live) })
      : outOfOrder('a session is set up before it has its place'),
  RecordMessage: (command, live) => {
    const recorded = { type: 'MessageRecorded', data: factOf(command, live) } as const
    if (!live.modelWait || command.role !== 'agent') return only(recorded)
    const { turn } = command
    return only({ type: 'ModelCallResumed', data: { sessionId: live.spec.sessionId, turn } }, recorded)
  },
  DeferModelCall: (command, live) => {
    if (live.kill) return beingKilled()
    return only({ type: 'ModelCallDeferred', data: factOf(command, live) })
  },
  CompactContext: (command, live) => {
    if (live.kill) return beingKilled()
    return only({ type: 'ContextCompacted', data: factOf(command, live) })
  },
  InvokeTool: (command, live) => {
    if (live.kill) return beingKilled()
    if (live.toolCallId === command.toolCallId) return nothing
    if (live.toolCallId !== null) return outOfOrder(`the tool call ${live.toolCallId} has not ended`)
    if (live.owner === 'begins') return outOfOrder('the session has no place to run a tool at')
    return only({ type: 'ToolInvoked', data: factOf(command, live) })
  },
  CompleteTool: (command, live) =>
    live.toolCallId === command.toolCallId ? only({ type: 'ToolCompleted', data: factOf(command, live) }) : nothing,
  RecordCommit: (command, live) =>
    // One that an earlier step has made and that goes out now is no second commit.
    live.work.head?.commit === command.commit
      ? recordWork({ type: 'RecordPush', commit: command.commit, push: command.push }, live)
      : only({ type: 'CommitRecorded', data: factOf(command, live) }),
  AllowSecret: allowSecret,
  RecordPush: recordWork,
  RecordKept: () => outOfOrder('what a session has not committed is kept when it has ended'),
  RecordConnection: (command, live) => only({ type: 'NetworkConnectionRecorded', data: factOf(command, live) }),
  DeliverMessages: ({ turn }, live) => {
    const { sessionId } = live.spec
    // An answer goes into its tool's result, never beside it.
    return ok(
      live.inbox
        .filter(({ questionId }) => questionId === null || questionId !== live.question?.questionId)
        .map(({ messageId, questionId }) => ({
          type: 'OperatorMessageDelivered',
          data: { sessionId, messageId, turn, questionId },
        })),
    )
  },
  AskOperator: (command, live) => {
    if (live.kill) return beingKilled()
    const asked = live.status === 'waiting' && live.question?.questionId === command.questionId
    return asked ? nothing : only({ type: 'AgentWaitingForOperator', data: factOf(command, live) })
  },
  TakeAnswer: ({ questionId, turn }, live) => {
    const answer = live.inbox.find((message) => message.questionId === questionId)
    if (!answer) return nothing
    const { sessionId } = live.spec
    return only({
      type: 'OperatorMessageDelivered',
      data: { sessionId, messageId: answer.messageId, turn, questionId },
    })
  },
  ExpireQuestion: ({ questionId, answer }, live) => {
    const answered = live.inbox.some((message) => message.questionId === questionId)
    if (live.question?.questionId !== questionId || live.status !== 'waiting' || answered) return nothing
    return only({ type: 'OperatorQuestionExpired', data: { sessionId: live.spec.sessionId, questionId, answer } })
  },
  ConfirmPause: (_, live) => {
    if (live.kill) return beingKilled()
    return live.control === 'pause' ? only({ type: 'AgentPaused', data: { sessionId: live.spec.sessionId } }) : nothing
  },
  ConfirmResume: (_, live) => {
    if (live.kill) return beingKilled()
    return live.control === 'resume'
      ? only({ type: 'AgentResumed', data: { sessionId: live.spec.sessionId } })
      : nothing
  },

  RecordKillSignal: ({ sent }, live) => {
    if (live.kill?.step !== 'requested') return nothing
    const { sessionId } = live.spec
    return only({ type: 'AgentKillSignalled', data: { sessionId, sent } })
  },
  RecordKillExit: (_, live) =>
    live.kill?.step === 'signalled'
      ? only({ type: 'AgentKillExitObserved', data: { sessionId: live.spec.sessionId } })
      : nothing,
  RecordKilled: (command, live) => {
    const { sessionId } = live.spec
    const killed = { type: 'AgentKilled', data: factOf(command, live) } as const
    if (live.kill?.step === 'descendants-cleared') return only(killed)
    if (live.kill?.step !== 'exit-observed') return nothing
    // Nobody has looked for descendants of what is only reported to have ended.
    if (command.proof === 'reported') return only(killed)
    return only({ type: 'AgentDescendantsCleared', data: { sessionId, survivors: 0 } }, killed)
  },
  CompleteAgent: (command, live) =>
    live.kill ? beingKilled() : only({ type: 'AgentCompleted', data: factOf(command, live) }),
  FailAgent: (command, live) =>
    live.kill ? beingKilled() : only({ type: 'AgentFailed', data: factOf(command, live) }),
  RecordReleased: () => nothing,
}

/** The question that the next message answers: open, and nobody has answered it yet. */
const openQuestion = ({ question, inbox }: LiveSession): string | null =>
  question && !inbox.some(({ questionId }) => questionId === question.questionId) ? question.questionId : null

/** Takes the session over from the owner of one epoch; who comes second is refused. */
function claim({ ownerId, after }: ClaimSession, session: LiveSession | EndedSession): Decision {
  const epoch = session.claim?.epoch ?? 0
  if (epoch !== after) {
    return session.claim?.ownerId === ownerId ? nothing : refuse('SESSION_TAKEN_OVER', 'another owner has claimed it')
  }
  const { sessionId } = session.spec
  return only({ type: 'SessionClaimed', data: { sessionId, ownerId, epoch: epoch + 1 } })
}

function allowSecret({ file, fingerprint }: CommandOf<'AllowSecret'>, session: LiveSession | EndedSession): Decision {
  const isAllowed = session.work.allowed.some((each) => each.file === file && each.fingerprint === fingerprint)
  const { sessionId } = session.spec
  return isAllowed ? nothing : only({ type: 'SecretAllowed', data: { sessionId, file, fingerprint } })
}

function recordWork(report: WorkReport, session: LiveSession | EndedSession): Decision {
  const { head, kept } = session.work
  if (report.type === 'RecordKept') {
    return kept?.commit === report.commit
      ? nothing
      : only({ type: 'UncommittedWorkKept', data: factOf(report, session) })
  }
  const known = [head, kept].find((work) => work?.commit === report.commit)
  return known && isSame(known.push, report.push)
    ? nothing
    : only({ type: 'BranchPushed', data: factOf(report, session) })
}

const isSame = (one: Push, other: Push): boolean => {
  if (one.state === 'pushed') return other.state === 'pushed' && one.as === other.as
  return other.state === 'failed' && one.code === other.code && one.message === other.message
}

function decideEnded(command: Command, session: EndedSession): Decision {
  if (command.type === 'SpawnAgent') return refuse('SESSION_ALREADY_EXISTS', 'the session exists already')
  if (command.type === 'AllowSecret') return allowSecret(command, session)
  if (command.type === 'RecordPush' || command.type === 'RecordKept') return recordWork(command, session)
  if (command.type === 'ClaimSession' && !session.released) return claim(command, session)
  // Cut off by the session's end, and told once that has happened.
  if (command.type === 'RecordConnection' && !session.released) {
    return only({ type: 'NetworkConnectionRecorded', data: factOf(command, session) })
  }
  if (command.type === 'ContinueAgent') return goOn(command, session)
  if (command.type === 'NoteMerged') return only({ type: 'WorkMerged', data: factOf(command, session) })
  if (command.type === 'NotePruned') return only({ type: 'WorkPruned', data: factOf(command, session) })
  if (command.type !== 'RecordReleased') return refuse('SESSION_ENDED', `the session is ${session.status}`)
  if (session.released) return nothing
  return only({ type: 'AgentResourcesReleased', data: factOf(command, session) })
}

/** One session alone goes on where another ended: they would work on one branch. */
function goOn({ successorSessionId }: CommandOf<'ContinueAgent'>, ended: EndedSession): Decision {
  if (!ended.released) return refuse('SESSION_NOT_OVER', 'the session still gives back what it held: try again soon')
  if (ended.successorSessionId === successorSessionId) return nothing
  if (ended.successorSessionId !== null) {
    return refuse('SESSION_CONTINUED', `it was continued already, by ${ended.successorSessionId}: continue that one`)
  }
  return only({ type: 'AgentContinued', data: { sessionId: ended.spec.sessionId, successorSessionId } })
}

export function decide(command: Command, session: AgentSession): Decision {
  if (session.status === 'none') return spawn(command)
  if ('epoch' in command && command.epoch !== session.claim?.epoch) {
    return refuse('SESSION_TAKEN_OVER', 'the session is run by another owner now')
  }
  return isLive(session) ? decideLive(command, session) : decideEnded(command, session)
}

function spawn(command: Command): Decision {
  if (command.type !== 'SpawnAgent') return refuse('SESSION_NOT_FOUND', 'there is no such session')
  const { spec, ownerId, queued } = command
  const { sessionId } = spec
  const requested = { type: 'AgentSpawnRequested', data: spec } as const
  // Nobody claims it before its turn comes.
  if (queued) return only(requested, { type: 'AgentQueued', data: { sessionId, ...queued } })
  return only(requested, { type: 'SessionClaimed', data: { sessionId, ownerId, epoch: 1 } })
}

const decideLive = <Type extends CommandType>(command: CommandOf<Type>, live: LiveSession): Decision =>
  // Typed by key: a command always meets the function of its own type.
  (deciders[command.type] as (command: CommandOf<Type>, live: LiveSession) => Decision)(command, live)
